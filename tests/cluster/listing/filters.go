package listing

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"flyte1cluster/fault"
)

// filter is one FUNCTION(FIELD,VALUE) of a list's filters, which are joined with +.
type filter struct {
	function string
	// column is where the value lies in a row.
	column string
	values []string
}

type filters []filter

// functions are those that a filter can have; the values are true for those that take a list, joined with ;.
var functions = map[string]bool{
	"eq": false, "ne": false, "gt": false, "gte": false, "lt": false, "lte": false, "contains": false, "not_like": false,
	"value_in": true, "value_not_in": true,
}

func parse(text string, of Entity) (filters, error) {
	if text == "" {
		return nil, nil
	}
	var all filters
	for _, part := range strings.Split(text, "+") {
		end := strings.LastIndex(part, ")")
		function, inside, ok := strings.Cut(part[:max(end, 0)], "(")
		field, value, pair := strings.Cut(inside, ",")
		value = strings.TrimPrefix(value, " ")
		if end < 0 || !ok || !pair || function == "" || field == "" || value == "" {
			return nil, fault.Value("filters")
		}
		entity, name := of, field
		if prefix, rest, ok := strings.Cut(field, "."); ok {
			if other, known := prefixes[prefix]; known {
				entity, name = other, rest
			}
		}
		if !slices.Contains(joins[of], entity) {
			return nil, fault.Invalid("'%s' entity is not allowed in filters", entity)
		}
		if !slices.Contains(columns[entity], name) {
			return nil, fault.Invalid("'%s.%s' is invalid filter", entity, name)
		}
		list, known := functions[function]
		if !known {
			return nil, fault.Invalid("unrecognized filter function: %s", function)
		}
		f := filter{function: function, column: name, values: []string{value}}
		if entity != of {
			f.column = string(entity) + "." + name
		}
		if list {
			f.values = strings.Split(value, ";")
		}
		all = append(all, f)
	}
	return all, nil
}

// Names says whether filters name a column of the list's own rows.
func Names(text, column string) bool {
	for _, part := range strings.Split(text, "+") {
		_, inside, _ := strings.Cut(part, "(")
		if field, _, _ := strings.Cut(inside, ","); field == column {
			return true
		}
	}
	return false
}

func (l filters) match(row map[string]any) (bool, error) {
	for _, f := range l {
		have, ok := row[f.column]
		if !ok || have == nil {
			return false, nil // As in SQL, where NULL compares with nothing.
		}
		several, ok := have.([]string)
		if !ok {
			ok, err := f.fits(have)
			if !ok || err != nil {
				return false, err
			}
			continue
		}
		if !slices.ContainsFunc(several, func(one string) bool { ok, err := f.fits(one); return ok && err == nil }) {
			return false, nil
		}
	}
	return true, nil
}

// fits says whether a value passes a filter.
func (f filter) fits(have any) (bool, error) {
	text, isText := have.(string)
	switch f.function {
	case "contains":
		return isText && like("%"+f.values[0]+"%").MatchString(text), nil
	case "not_like":
		return isText && !like(f.values[0]).MatchString(text), nil
	}
	same := false
	order := 0
	for _, value := range f.values {
		want, err := valueLike(have, value)
		if err != nil {
			return false, err
		}
		order = compare(have, want)
		same = same || order == 0
	}
	switch f.function {
	case "eq", "value_in":
		return same, nil
	case "ne", "value_not_in":
		return !same, nil
	case "gt":
		return order > 0, nil
	case "gte":
		return order >= 0, nil
	case "lt":
		return order < 0, nil
	default: // "lte"; parse knows no other.
		return order <= 0, nil
	}
}

// valueLike is the text of a filter as a value of the same type as another.
func valueLike(have any, text string) (any, error) {
	var value any = text
	var err error
	switch have.(type) {
	case int64:
		value, err = strconv.ParseInt(text, 10, 64)
	case time.Time:
		value, err = time.Parse(time.RFC3339Nano, text)
	case time.Duration:
		var seconds float64
		if seconds, err = strconv.ParseFloat(text, 64); err == nil {
			return time.Duration(seconds * float64(time.Second)), nil
		}
		if value, err = time.ParseDuration(text); err != nil {
			return nil, fault.Invalid("Failed to parse duration [%s]", text)
		}
	}
	if err != nil {
		return nil, status.Errorf(codes.Unknown, "failed database operation with invalid input syntax: %q", text)
	}
	return value, nil
}

// like is a pattern of SQL: % stands for any text, _ for one letter.
func like(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.ReplaceAll(strings.ReplaceAll(quoted, "%", "(?s:.*)"), "_", "(?s:.)")
	return regexp.MustCompile("^" + quoted + "$")
}
