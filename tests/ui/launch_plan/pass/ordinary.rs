use flyte_runtime::prelude::*;

#[task]
fn scale(x: i64, by: i64) -> i64 {
    x * by
}

#[workflow]
pub fn pipeline(x: i64, #[default(2)] by: i64) -> i64 {
    scale(x, by)
}

mod plans {
    use flyte_runtime::prelude::*;

    /// Under another name, of a workflow elsewhere, with the doc of a parameter.
    #[launch_plan(name = "plans.daily", type_name = daily_plan, schedule = "*/5 0-6,22 ? JAN-MAR/2 mon")]
    pub fn daily(
        /// Where it starts.
        #[default(-1)]
        x: i64,
    ) -> i64 {
        super::pipeline(x = x, by = (i64::from)(3_u8))
    }
}

fn main() {
    assert_eq!(plans::daily(2).unwrap(), 6);
    assert_eq!(call!(plans::daily_plan()).run().unwrap(), -3);
}
