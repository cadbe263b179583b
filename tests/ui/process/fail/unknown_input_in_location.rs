use flyte_runtime::prelude::*;

#[shell_task(script = "cat > {outputs.o0}", output_locations(o0 = "{inputs.name}.txt"))]
fn convert(text: String) -> String;

fn main() {
    let _ = convert::descriptor();
}
