package pods

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	corev1 "k8s.io/api/core/v1"

	"github.com/flyteorg/flyte/flyteidl/clients/go/coreutils"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
)

// copilotPrefix is how the names of the containers start that bring inputs and take outputs of a raw container.
const copilotPrefix = "flyte-copilot-"

// copilot does what those containers do, for values that are a text in a file; files and directories it leaves where
// they are. Nothing is mounted here: the paths are replaced in the command of the main container.
type copilot struct {
	inputs, prefix  string
	inDir, outDir   string
	outputs         *core.VariableMap
	hereIn, hereOut string
	download        bool
}

func newCopilot(pod *corev1.Pod, work string) (*copilot, error) {
	c := &copilot{hereIn: filepath.Join(work, "inputs"), hereOut: filepath.Join(work, "outputs")}
	for _, container := range append(append([]corev1.Container{}, pod.Spec.InitContainers...), pod.Spec.Containers...) {
		if !strings.HasPrefix(container.Name, copilotPrefix) {
			continue
		}
		args := map[string]string{}
		for i := 1; i+1 < len(container.Args); i += 2 {
			args[container.Args[i]] = container.Args[i+1]
		}
		c.prefix = args["--to-output-prefix"]
		switch container.Args[0] {
		case "download":
			c.download = true
			c.inputs, c.inDir = args["--from-remote"], args["--to-local-dir"]
		case "sidecar":
			c.outDir = args["--from-local-dir"]
			data, err := base64.StdEncoding.DecodeString(args["--interface"])
			if err != nil {
				return nil, err
			}
			typed := &core.TypedInterface{}
			if err := proto.Unmarshal(data, typed); err != nil {
				return nil, err
			}
			c.outputs = typed.GetOutputs()
		}
	}
	return c, nil
}

// replace puts the directories of this machine into a word of the command.
func (c *copilot) replace(word string) string {
	if c.inDir != "" {
		word = strings.ReplaceAll(word, c.inDir, c.hereIn)
	}
	if c.outDir != "" {
		word = strings.ReplaceAll(word, c.outDir, c.hereOut)
	}
	return word
}

// before writes the inputs into files.
func (c *copilot) before() error {
	if err := errors.Join(os.MkdirAll(c.hereIn, 0o755), os.MkdirAll(c.hereOut, 0o755)); err != nil || !c.download {
		return err
	}
	data, err := os.ReadFile(strings.TrimPrefix(c.inputs, "file://"))
	if err != nil {
		return err
	}
	inputs := &core.LiteralMap{}
	if err := proto.Unmarshal(data, inputs); err != nil {
		return err
	}
	for name, l := range inputs.GetLiterals() {
		text := ""
		if uri := l.GetScalar().GetBlob().GetUri(); uri != "" {
			if err := os.Symlink(strings.TrimPrefix(uri, "file://"), filepath.Join(c.hereIn, name)); err != nil {
				return err
			}
			continue
		}
		value, err := coreutils.ExtractFromLiteral(l)
		if err != nil {
			return fmt.Errorf("input %s: %w", name, err)
		}
		if value != nil {
			text = fmt.Sprint(value)
		}
		if err := os.WriteFile(filepath.Join(c.hereIn, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	whole, err := protojson.Marshal(inputs)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(c.hereIn, "inputs.pb"), data, 0o644),
		os.WriteFile(filepath.Join(c.hereIn, "inputs.json"), whole, 0o644))
}

// after makes the outputs of files.
func (c *copilot) after() error {
	if c.outputs == nil {
		return nil
	}
	m := &core.LiteralMap{Literals: map[string]*core.Literal{}}
	for name, v := range c.outputs.GetVariables() {
		path := filepath.Join(c.hereOut, name)
		if v.GetType().GetBlob() != nil {
			m.Literals[name] = &core.Literal{Value: &core.Literal_Scalar{Scalar: &core.Scalar{Value: &core.Scalar_Blob{
				Blob: &core.Blob{Uri: "file://" + path, Metadata: &core.BlobMetadata{Type: v.GetType().GetBlob()}},
			}}}}
			continue
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return c.fail(fmt.Errorf("output %s has not been written", name))
		} else if err != nil {
			return err
		}
		l, err := coreutils.MakeLiteralForSimpleType(v.GetType().GetSimple(), string(text))
		if err != nil {
			return c.fail(fmt.Errorf("output %s: %w", name, err))
		}
		m.Literals[name] = l
	}
	return c.write("outputs.pb", m)
}

func (c *copilot) fail(err error) error {
	return c.write("error.pb", &core.ErrorDocument{Error: &core.ContainerError{
		Code: "Copilot", Message: err.Error(), Kind: core.ContainerError_NON_RECOVERABLE,
	}})
}

func (c *copilot) write(name string, m proto.Message) error {
	data, err := proto.Marshal(m)
	if err != nil {
		return err
	}
	path := filepath.Join(strings.TrimPrefix(c.prefix, "file://"), name)
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644))
}
