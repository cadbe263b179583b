// Package listing filters, orders and pages rows as flyteadmin's lists do.
package listing

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"

	"flyte1cluster/fault"
)

// Row is what a list can be filtered and ordered by. A value is a string, an int64, a time.Time, a time.Duration, or a
// []string of which one has to match. A column without a value is NULL. The columns of other kinds of rows have the
// kind's short name in front, as in "w.name".
type Row struct {
	// Key names the row; rows have an order by it that says nothing where a request asks for none.
	Key    string
	Values map[string]any
}

// Query is what the request of a list asks for.
type Query struct {
	// Name is the name of the list in messages.
	Name    string
	Entity  Entity
	Filters string
	Sort    *admin.Sort
	Limit   uint32
	Token   string
	// NoLimit allows a Limit of 0, which stands for all rows.
	NoLimit bool
}

// Page is the part of all that a query asks for, and the token of the next part.
func Page[T any](all []T, row func(T) Row, q Query) ([]T, string, error) {
	if q.Limit == 0 && !q.NoLimit {
		return nil, "", fault.Value("limit")
	}
	filters, err := parse(q.Filters, q.Entity)
	if err != nil {
		return nil, "", err
	}
	if q.Sort != nil && !slices.Contains(columns[q.Entity], q.Sort.GetKey()) {
		return nil, "", fault.Invalid("invalid sort key '%s'", q.Sort.GetKey())
	}
	start, err := offset(q)
	if err != nil {
		return nil, "", err
	}
	type entry struct {
		item T
		row  Row
		hash uint64
	}
	var found []entry
	for _, item := range all {
		r := row(item)
		ok, err := filters.match(r.Values)
		if err != nil {
			return nil, "", err
		}
		if ok {
			h := fnv.New64a()
			_, _ = h.Write([]byte(r.Key))
			found = append(found, entry{item, r, h.Sum64()})
		}
	}
	// A database gives rows in any order unless it is asked for one: here it is one that nobody can rely on by chance.
	slices.SortFunc(found, func(a, b entry) int { return cmp.Compare(a.hash, b.hash) })
	if q.Sort != nil {
		slices.SortStableFunc(found, func(a, b entry) int {
			order := compare(a.row.Values[q.Sort.GetKey()], b.row.Values[q.Sort.GetKey()])
			if q.Sort.GetDirection() == admin.Sort_DESCENDING {
				return -order
			}
			return order
		})
	}
	found = found[min(start, len(found)):]
	if q.Limit > 0 && len(found) > int(q.Limit) {
		found = found[:q.Limit]
	}
	items := make([]T, 0, len(found))
	for _, e := range found {
		items = append(items, e.item)
	}
	// A page that is full has a token, also where nothing comes after it.
	token := ""
	if q.Limit > 0 && len(items) == int(q.Limit) {
		token = strconv.Itoa(start + len(items))
	}
	return items, token, nil
}

func offset(q Query) (int, error) {
	if q.Token == "" {
		return 0, nil
	}
	start, err := strconv.Atoi(q.Token)
	if err != nil || start < 0 {
		return 0, fault.Invalid("invalid pagination token %s for %s", q.Token, q.Name)
	}
	return start, nil
}

// compare orders two values of a column; NULL is the greatest, as in Postgres.
func compare(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	switch x := a.(type) {
	case string:
		y, _ := b.(string)
		return cmp.Compare(x, y)
	case int64:
		y, _ := b.(int64)
		return cmp.Compare(x, y)
	case time.Time:
		y, _ := b.(time.Time)
		return x.Compare(y)
	case time.Duration:
		y, _ := b.(time.Duration)
		return cmp.Compare(x, y)
	}
	return 0
}
