//! Permits, starved runs, helpers and the queues of runs.

use std::{
    panic::resume_unwind,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use shuttle::thread;

use crate::{
    orders::check,
    permits::Permits,
    pool::Pool,
    queue::{Hand, Role, Schedule, Scheduled, Went, drive},
    sync,
};

/// What is done in a run.
#[derive(Clone, Copy, Debug)]
enum Item {
    /// Makes so many others ready.
    Spread(usize),
    /// Comes back when its timer says so, from a thread outside.
    Parks,
    /// Starts a run of these and waits for it.
    Nested(&'static [Item]),
    /// Has to end in time, and ends or does not.
    Late,
    /// What follows when it did not.
    Behind,
    /// A mistake of the engine.
    Panics,
}

use Item::{Behind, Late, Nested, Panics, Parks, Spread};

/// What is known of all threads. Its own operations are no steps at which another thread goes on.
#[derive(Default)]
struct World {
    limit: usize,
    /// How many more may be busy for a moment: threads that come back from waiting go on at once.
    tolerated: usize,
    busy: AtomicUsize,
    /// The threads of timers.
    outside: Mutex<Vec<thread::JoinHandle<()>>>,
    wrong: Mutex<Option<String>>,
}

impl World {
    fn begin(&self) {
        let busy = 1 + self.busy.fetch_add(1, SeqCst);
        if busy > self.limit + self.tolerated {
            self.is_wrong(format!(
                "{busy} threads are busy, and {} may be",
                self.limit
            ));
        }
        thread::yield_now();
    }

    fn end(&self) {
        self.busy.fetch_sub(1, SeqCst);
    }

    fn outside(&self, work: impl FnOnce() + Send + 'static) {
        let thread = thread::spawn(work);
        let mut outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        outside.push(thread);
    }

    /// A panic in a helper would not get out of the pool.
    fn is_wrong(&self, what: String) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.get_or_insert(what);
    }
}

struct Run {
    schedule: Schedule<Run>,
    pool: &'static Pool<Run>,
    world: Arc<World>,
    /// How much is not done.
    left: AtomicUsize,
    broken: AtomicBool,
}

impl Run {
    fn new(
        pool: &'static Pool<Run>,
        permits: Permits<Run>,
        world: &Arc<World>,
        items: &[Item],
    ) -> Arc<Self> {
        let run = Arc::new(Self {
            schedule: Schedule::new(permits),
            pool,
            world: Arc::clone(world),
            left: AtomicUsize::new(items.len()),
            broken: AtomicBool::new(false),
        });
        for item in items.iter().rev() {
            run.schedule.put_next((Arc::clone(&run), *item));
        }
        run
    }

    fn ends_one(&self) {
        match self.left.fetch_sub(1, SeqCst) {
            0 => self.world.is_wrong("something was done twice".to_owned()),
            1 => self.schedule.finish(),
            _ => {}
        }
    }
}

impl Scheduled for Run {
    type Ready = (Arc<Run>, Item);
    type Worker = ();
    type Parking = ();

    fn schedule(&self) -> &Schedule<Self> {
        &self.schedule
    }

    fn pool(&self) -> &'static Pool<Self> {
        self.pool
    }

    fn perform((): &mut (), (run, item): Self::Ready, role: Role) -> Went {
        let world = Arc::clone(&run.world);
        match item {
            Late if role == Role::Driver => {
                run.schedule.put_next((Arc::clone(&run), item));
                return Went::HandsOver;
            }
            Late => {
                let hand = Arc::new(Hand::new(Arc::clone(&run)));
                let timer = Arc::clone(&hand);
                world.outside(move || {
                    let count = |run: &Arc<Run>| {
                        run.schedule.abandon();
                        run.world.end();
                    };
                    if let Some(run) = timer.take_away(count) {
                        run.go_on_without((Arc::clone(&run), Behind));
                    }
                });
                world.begin();
                if hand.take().is_none() {
                    return Went::LeftBehind;
                }
                world.end();
                run.ends_one();
            }
            Spread(others) => {
                world.begin();
                run.left.fetch_add(others, SeqCst);
                let other = (Arc::clone(&run), Spread(0));
                if others > 0 {
                    run.push(&mut vec![other; others]);
                }
                world.end();
                run.ends_one();
            }
            Behind => {
                world.begin();
                world.end();
                run.ends_one();
            }
            Parks => {
                world.begin();
                world.outside(move || {
                    let item = (Arc::clone(&run), Spread(0));
                    run.push(&mut vec![item]);
                });
                world.end();
            }
            Nested(items) => {
                let inner = Run::new(run.pool, run.schedule.permits.clone(), &world, items);
                drive(&mut (), &inner);
                if inner.left.load(SeqCst) > 0 {
                    world.is_wrong("a run inside was not done".to_owned());
                }
                run.ends_one();
            }
            Panics if role == Role::Driver => {
                run.schedule.put_next((Arc::clone(&run), item));
                return Went::HandsOver;
            }
            // Without a word from the hook for panics, which would tell of each.
            Panics => resume_unwind(Box::new("a mistake of the engine")),
        }
        Went::On
    }

    fn leave((): &mut ()) {}

    fn break_down(self: &Arc<Self>) {
        self.broken.store(true, SeqCst);
        self.schedule.finish();
    }
}

/// One execution: a run of each list, each driven by a thread, which share permits.
#[derive(Clone, Copy)]
struct Model {
    jobs: usize,
    runs: &'static [&'static [Item]],
    /// How many of the first threads cannot be started.
    failing: u32,
    tolerated: usize,
    breaks: bool,
}

const MODEL: Model = Model {
    jobs: 1,
    runs: &[],
    failing: 0,
    tolerated: 0,
    breaks: false,
};

impl Model {
    fn execute(self) {
        sync::begin(self.failing);
        let pool: &'static Pool<Run> = Box::leak(Box::new(Pool::new()));
        let permits = Permits::new(self.jobs);
        let world = Arc::new(World {
            limit: self.jobs,
            tolerated: self.tolerated,
            ..World::default()
        });
        let drivers = self.runs.iter().map(|items| {
            let run = Run::new(pool, permits.clone(), &world, items);
            thread::spawn(move || {
                drive(&mut (), &run);
                run
            })
        });
        let drivers: Vec<_> = drivers.collect();
        for driver in drivers {
            let run = driver.join().unwrap();
            assert_eq!(run.broken.load(SeqCst), self.breaks);
            assert!(
                run.left.load(SeqCst) == 0 || self.breaks,
                "a run ended before it was done"
            );
        }
        let outside = std::mem::take(&mut *world.outside.lock().unwrap());
        outside
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        let nothing = "Pool { granted: 0, idle: 0, threads: 0 }";
        sync::pass_time(|| format!("{pool:?}") == nothing);
        let free = format!(
            "Permits {{ limit: {}, taken: 0, detached: 0, .. }}",
            self.jobs
        );
        assert_eq!(format!("{permits:?}"), free);
        let wrong = world.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(*wrong, None);
    }

    fn check(self, name: &str) {
        check(name, move || self.execute());
    }
}

#[test]
fn a_run_with_more_work_than_permits() {
    Model {
        jobs: 2,
        runs: &[&[Spread(2), Spread(1), Spread(0)]],
        tolerated: 1,
        ..MODEL
    }
    .check("a run with more work than permits");
}

#[test]
fn one_job_and_work_that_comes_from_outside() {
    Model {
        runs: &[&[Parks, Parks, Parks]],
        ..MODEL
    }
    .check("one job and work that comes from outside");
}

#[test]
fn starved_runs() {
    Model {
        jobs: 2,
        runs: &[&[Spread(2)], &[Parks, Spread(1)], &[Parks]],
        // Each thread that drives takes a permit whether there is one or not.
        tolerated: 3,
        ..MODEL
    }
    .check("starved runs");
}

#[test]
fn runs_inside_of_one_another_with_one_job() {
    Model {
        runs: &[&[Nested(&[Parks, Nested(&[Spread(1)])]), Spread(0)]],
        ..MODEL
    }
    .check("runs inside of one another with one job");
}

#[test]
fn threads_that_are_left_behind() {
    Model {
        runs: &[&[Late, Spread(1), Late]],
        ..MODEL
    }
    .check("threads that are left behind, one job");
    Model {
        jobs: 2,
        runs: &[&[Nested(&[Late]), Late, Spread(1)]],
        tolerated: 2,
        ..MODEL
    }
    .check("threads that are left behind, two jobs");
}

#[test]
fn threads_that_cannot_be_started() {
    Model {
        jobs: 2,
        runs: &[&[Spread(2), Parks], &[Spread(1)]],
        failing: 2,
        tolerated: 3,
        ..MODEL
    }
    .check("threads that cannot be started");
}

#[test]
fn a_panic_in_the_engine_ends_its_run_and_no_thread() {
    Model {
        jobs: 2,
        runs: &[&[Spread(1), Panics, Spread(1)]],
        tolerated: 2,
        breaks: true,
        ..MODEL
    }
    .check("a panic in the engine");
}
