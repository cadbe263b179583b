package journal

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestALineThatIsNotWholeIsCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "journal")
	lines := func(more ...int) []string {
		t.Helper()
		var found []string
		j, err := Open(path, func(line []byte) error {
			found = append(found, string(line))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range more {
			if err := j.Append(n); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := lines(1, 2); found != nil {
		t.Errorf("a new file has %q", found)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"half`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if found := lines(3); !slices.Equal(found, []string{"1", "2"}) {
		t.Errorf("after a killed process: %q", found)
	}
	if found := lines(); !slices.Equal(found, []string{"1", "2", "3"}) {
		t.Errorf("after that: %q", found)
	}
}
