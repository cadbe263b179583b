// Written by `generator.rs`; `UPDATE_EXPECT=1 cargo test -p flyte-tests --test generated` writes it again.

use super::*;

#[workflow]
fn graph_0(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v3 = match x {
        -4 | -3 => {
            let list1 = xs.zip(xs).map(|(a, b)| add(a, b));
            x
        }
        -5 => {
            x
        }
        _ => {
            if y <= x {
                x
            } else if x <= x {
                clip(add(-4, clip(x)))
            } else {
                let v2 = clip(add(x, clip(0)));
                x
            }
        }
    };
    let v5 = if (is_even(v3) && v3 != y) {
        let list4 = xs.zip(xs).map(|(a, b)| add(a, b));
        clip(total(list4))
    } else {
        y
    };
    let list7 = if !(x >= -1) {
        let list6 = xs.zip(xs).map(|(a, b)| add(a, b));
        xs.zip(xs).map(|(a, b)| add(a, b))
    } else if (x < -2 && y < 2) {
        xs
    } else {
        xs.map(|e| clip(e)).map(square)
    };
    clip(add(4, clip(x)))
}

fn plain_0(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v3 = match x {
        -4 | -3 => {
            let list1 = zipped(&xs, &xs, |a, b| add(a, b));
            x
        }
        -5 => {
            x
        }
        _ => {
            if y <= x {
                x
            } else if x <= x {
                clip(add(-4, clip(x)))
            } else {
                let v2 = clip(add(x, clip(0)));
                x
            }
        }
    };
    let v5 = if (is_even(v3) && v3 != y) {
        let list4 = zipped(&xs, &xs, |a, b| add(a, b));
        clip(total(&list4))
    } else {
        y
    };
    let list7 = if !(x >= -1) {
        let list6 = zipped(&xs, &xs, |a, b| add(a, b));
        zipped(&xs, &xs, |a, b| add(a, b))
    } else if (x < -2 && y < 2) {
        xs.to_vec()
    } else {
        mapped(&xs, |e| square(clip(e)))
    };
    clip(add(4, clip(x)))
}

#[workflow]
fn graph_1(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = clip(add(x, clip(-2)));
    clip(add(v1, clip(-1)))
}

fn plain_1(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = clip(add(x, clip(-2)));
    clip(add(v1, clip(-1)))
}

#[workflow]
fn graph_2(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v4 = match y {
        -1 | 0 => {
            clip(add(-1, clip(y)))
        }
        -2 => {
            match y {
                3 | 4 => {
                    let v1 = clip(total(xs));
                    clip(square(y))
                }
                2 => {
                    let v2 = clip(add(x, clip(x)));
                    clip(square(x))
                }
                _ => {
                    graph_0(x, y, xs)
                }
            }
        }
        _ => {
            let mut v3 = clip(total(xs));
            if !(x >= x) {
                v3 = clip(square(x));
            }
            y
        }
    };
    let list9 = match y {
        2 | 3 => {
            let list6 = match v4 {
                2 | 3 => {
                    let list5 = xs.zip(xs).map(|(a, b)| add(a, b));
                    list5.map(|e| clip(e)).map(square)
                }
                1 => {
                    xs
                }
                _ => {
                    xs.zip(xs).map(|(a, b)| add(a, b))
                }
            };
            list6
        }
        1 => {
            let list7 = xs.map(|e| clip(e)).map(square);
            list7.map(|e| clip(e)).map(square)
        }
        _ => {
            let mut v8 = clip(square(v4));
            if 2 == v4 {
                v8 = clip(add(y, clip(y)));
            }
            xs.zip(xs).map(|(a, b)| add(a, b))
        }
    };
    let v12 = match y {
        4 | 5 => {
            y
        }
        3 => {
            let list10 = match v4 {
                3 | 4 => {
                    xs.map(|e| times(e, -3)).map(clip)
                }
                2 => {
                    list9.zip(xs).map(|(a, b)| add(a, b))
                }
                _ => {
                    list9.map(|e| times(e, v4)).map(clip)
                }
            };
            x
        }
        _ => {
            let mut v11 = clip(square(x));
            if (y != x || is_even(v4)) {
                v11 = graph_0(2, v4, list9);
            }
            v11
        }
    };
    if v12 != v12 {
        clip(add(2, clip(x)))
    } else {
        let mut v13 = clip(total(xs));
        if (v12 >= v12 && v12 != 0) {
            v13 = graph_1(0, x, list9);
        }
        y
    }
}

fn plain_2(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v4 = match y {
        -1 | 0 => {
            clip(add(-1, clip(y)))
        }
        -2 => {
            match y {
                3 | 4 => {
                    let v1 = clip(total(&xs));
                    clip(square(y))
                }
                2 => {
                    let v2 = clip(add(x, clip(x)));
                    clip(square(x))
                }
                _ => {
                    plain_0(x, y, &xs)
                }
            }
        }
        _ => {
            let mut v3 = clip(total(&xs));
            if !(x >= x) {
                v3 = clip(square(x));
            }
            y
        }
    };
    let list9 = match y {
        2 | 3 => {
            let list6 = match v4 {
                2 | 3 => {
                    let list5 = zipped(&xs, &xs, |a, b| add(a, b));
                    mapped(&list5, |e| square(clip(e)))
                }
                1 => {
                    xs.to_vec()
                }
                _ => {
                    zipped(&xs, &xs, |a, b| add(a, b))
                }
            };
            list6.to_vec()
        }
        1 => {
            let list7 = mapped(&xs, |e| square(clip(e)));
            mapped(&list7, |e| square(clip(e)))
        }
        _ => {
            let mut v8 = clip(square(v4));
            if 2 == v4 {
                v8 = clip(add(y, clip(y)));
            }
            zipped(&xs, &xs, |a, b| add(a, b))
        }
    };
    let v12 = match y {
        4 | 5 => {
            y
        }
        3 => {
            let list10 = match v4 {
                3 | 4 => {
                    mapped(&xs, |e| clip(times(e, -3)))
                }
                2 => {
                    zipped(&list9, &xs, |a, b| add(a, b))
                }
                _ => {
                    mapped(&list9, |e| clip(times(e, v4)))
                }
            };
            x
        }
        _ => {
            let mut v11 = clip(square(x));
            if (y != x || is_even(v4)) {
                v11 = plain_0(2, v4, &list9);
            }
            v11
        }
    };
    if v12 != v12 {
        clip(add(2, clip(x)))
    } else {
        let mut v13 = clip(total(&xs));
        if (v12 >= v12 && v12 != 0) {
            v13 = plain_1(0, x, &list9);
        }
        y
    }
}

#[workflow]
fn graph_3(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = clip(total(xs));
    clip(total(xs))
}

fn plain_3(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = clip(total(&xs));
    clip(total(&xs))
}

#[workflow]
fn graph_4(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let mut v1 = graph_0(x, y, xs);
    if !(is_even(x)) {
        v1 = clip(total(xs));
    }
    let list2 = xs.map(|e| clip(e)).map(square);
    let v3 = clip(square(x));
    match y {
        3 | 4 => {
            let v4 = graph_1(-1, v3, xs);
            v4
        }
        2 => {
            let mut v5 = clip(total(xs));
            if !(v3 == x) {
                v5 = graph_2(x, v3, list2);
            }
            clip(add(v3, clip(v3)))
        }
        _ => {
            graph_3(-3, y, list2)
        }
    }
}

fn plain_4(x: i64, y: i64, xs: &[i64]) -> i64 {
    let mut v1 = plain_0(x, y, &xs);
    if !(is_even(x)) {
        v1 = clip(total(&xs));
    }
    let list2 = mapped(&xs, |e| square(clip(e)));
    let v3 = clip(square(x));
    match y {
        3 | 4 => {
            let v4 = plain_1(-1, v3, &xs);
            v4
        }
        2 => {
            let mut v5 = clip(total(&xs));
            if !(v3 == x) {
                v5 = plain_2(x, v3, &list2);
            }
            clip(add(v3, clip(v3)))
        }
        _ => {
            plain_3(-3, y, &list2)
        }
    }
}

#[workflow]
fn graph_5(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = xs.map(|e| clip(e)).map(square);
    clip(square(y))
}

fn plain_5(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = mapped(&xs, |e| square(clip(e)));
    clip(square(y))
}

#[workflow]
fn graph_6(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v2 = if y == x {
        clip(add(y, clip(x)))
    } else {
        let mut v1 = clip(total(xs));
        if y < y {
            v1 = clip(square(y));
        }
        v1
    };
    let v5 = match v2 {
        3 | 4 => {
            v2
        }
        2 => {
            let mut v3 = clip(square(y));
            if v2 <= -1 {
                v3 = graph_2(-4, y, xs);
            }
            graph_1(x, y, xs)
        }
        _ => {
            let mut v4 = graph_5(x, x, xs);
            if (3 < y || y < 1) {
                v4 = clip(total(xs));
            }
            y
        }
    };
    let v7 = if !(!(v5 > v5)) {
        let list6 = xs.zip(xs).map(|(a, b)| add(a, b));
        clip(square(v2))
    } else {
        y
    };
    clip(total(xs))
}

fn plain_6(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v2 = if y == x {
        clip(add(y, clip(x)))
    } else {
        let mut v1 = clip(total(&xs));
        if y < y {
            v1 = clip(square(y));
        }
        v1
    };
    let v5 = match v2 {
        3 | 4 => {
            v2
        }
        2 => {
            let mut v3 = clip(square(y));
            if v2 <= -1 {
                v3 = plain_2(-4, y, &xs);
            }
            plain_1(x, y, &xs)
        }
        _ => {
            let mut v4 = plain_5(x, x, &xs);
            if (3 < y || y < 1) {
                v4 = clip(total(&xs));
            }
            y
        }
    };
    let v7 = if !(!(v5 > v5)) {
        let list6 = zipped(&xs, &xs, |a, b| add(a, b));
        clip(square(v2))
    } else {
        y
    };
    clip(total(&xs))
}

#[workflow]
fn graph_7(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = graph_3(x, y, xs);
    clip(total(xs))
}

fn plain_7(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = plain_3(x, y, &xs);
    clip(total(&xs))
}

#[workflow]
fn graph_8(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = if y >= y {
        xs
    } else {
        xs.map(|e| clip(e)).map(square)
    };
    let mut v2 = clip(add(y, clip(x)));
    if x >= y {
        v2 = clip(add(y, clip(y)));
    }
    let list3 = xs.map(|e| times(e, x)).map(clip);
    if !((-3 <= x || 4 == y)) {
        let v4 = clip(add(v2, clip(-4)));
        y
    } else if y >= x {
        clip(add(x, clip(x)))
    } else {
        let v5 = match x {
            -3 | -2 => {
                clip(add(y, clip(-1)))
            }
            -4 => {
                v2
            }
            _ => {
                clip(add(-3, clip(v2)))
            }
        };
        graph_1(y, v5, xs)
    }
}

fn plain_8(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = if y >= y {
        xs.to_vec()
    } else {
        mapped(&xs, |e| square(clip(e)))
    };
    let mut v2 = clip(add(y, clip(x)));
    if x >= y {
        v2 = clip(add(y, clip(y)));
    }
    let list3 = mapped(&xs, |e| clip(times(e, x)));
    if !((-3 <= x || 4 == y)) {
        let v4 = clip(add(v2, clip(-4)));
        y
    } else if y >= x {
        clip(add(x, clip(x)))
    } else {
        let v5 = match x {
            -3 | -2 => {
                clip(add(y, clip(-1)))
            }
            -4 => {
                v2
            }
            _ => {
                clip(add(-3, clip(v2)))
            }
        };
        plain_1(y, v5, &xs)
    }
}

#[workflow]
fn graph_9(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = clip(total(xs));
    clip(square(v1))
}

fn plain_9(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = clip(total(&xs));
    clip(square(v1))
}

#[workflow]
fn graph_10(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list3 = if !(x > x) {
        let list2 = if y == y {
            let v1 = clip(square(x));
            xs
        } else {
            xs.map(|e| times(e, x)).map(clip)
        };
        xs
    } else {
        xs.zip(xs).map(|(a, b)| add(a, b))
    };
    let mut v4 = clip(total(list3));
    if y > x {
        v4 = graph_9(1, y, list3);
    }
    let v7 = if v4 == x {
        match x {
            2 | 3 => {
                clip(add(0, clip(x)))
            }
            1 => {
                graph_8(x, x, list3)
            }
            _ => {
                v4
            }
        }
    } else {
        let list6 = if is_even(y) {
            let v5 = clip(add(v4, clip(1)));
            list3.map(|e| times(e, 3)).map(clip)
        } else if 3 <= v4 {
            xs.map(|e| times(e, -4)).map(clip)
        } else {
            xs.map(|e| times(e, v4)).map(clip)
        };
        clip(total(list6))
    };
    clip(total(xs))
}

fn plain_10(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list3 = if !(x > x) {
        let list2 = if y == y {
            let v1 = clip(square(x));
            xs.to_vec()
        } else {
            mapped(&xs, |e| clip(times(e, x)))
        };
        xs.to_vec()
    } else {
        zipped(&xs, &xs, |a, b| add(a, b))
    };
    let mut v4 = clip(total(&list3));
    if y > x {
        v4 = plain_9(1, y, &list3);
    }
    let v7 = if v4 == x {
        match x {
            2 | 3 => {
                clip(add(0, clip(x)))
            }
            1 => {
                plain_8(x, x, &list3)
            }
            _ => {
                v4
            }
        }
    } else {
        let list6 = if is_even(y) {
            let v5 = clip(add(v4, clip(1)));
            mapped(&list3, |e| clip(times(e, 3)))
        } else if 3 <= v4 {
            mapped(&xs, |e| clip(times(e, -4)))
        } else {
            mapped(&xs, |e| clip(times(e, v4)))
        };
        clip(total(&list6))
    };
    clip(total(&xs))
}

#[workflow]
fn graph_11(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = xs.map(|e| times(e, y)).map(clip);
    clip(add(y, clip(-3)))
}

fn plain_11(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = mapped(&xs, |e| clip(times(e, y)));
    clip(add(y, clip(-3)))
}

#[workflow]
fn graph_12(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = if !(is_even(y)) {
        clip(total(xs))
    } else if !(y <= 1) {
        clip(add(4, clip(y)))
    } else {
        x
    };
    let v4 = if !(is_even(v1)) {
        let v2 = clip(square(y));
        v1
    } else {
        let list3 = xs.map(|e| times(e, 4)).map(clip);
        x
    };
    let v5 = clip(add(v1, clip(y)));
    if !((v5 == v4 || is_even(v1))) {
        let list6 = xs.map(|e| times(e, v4)).map(clip);
        if x <= -2 {
            let v7 = clip(square(x));
            graph_3(v7, x, xs)
        } else {
            clip(add(x, clip(x)))
        }
    } else {
        let list8 = if (3 == v5 && -3 == v1) {
            xs.map(|e| times(e, -1)).map(clip)
        } else {
            xs.map(|e| times(e, v4)).map(clip)
        };
        x
    }
}

fn plain_12(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = if !(is_even(y)) {
        clip(total(&xs))
    } else if !(y <= 1) {
        clip(add(4, clip(y)))
    } else {
        x
    };
    let v4 = if !(is_even(v1)) {
        let v2 = clip(square(y));
        v1
    } else {
        let list3 = mapped(&xs, |e| clip(times(e, 4)));
        x
    };
    let v5 = clip(add(v1, clip(y)));
    if !((v5 == v4 || is_even(v1))) {
        let list6 = mapped(&xs, |e| clip(times(e, v4)));
        if x <= -2 {
            let v7 = clip(square(x));
            plain_3(v7, x, &xs)
        } else {
            clip(add(x, clip(x)))
        }
    } else {
        let list8 = if (3 == v5 && -3 == v1) {
            mapped(&xs, |e| clip(times(e, -1)))
        } else {
            mapped(&xs, |e| clip(times(e, v4)))
        };
        x
    }
}

#[workflow]
fn graph_13(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let mut v1 = clip(add(x, clip(-4)));
    if x != y {
        v1 = graph_6(1, y, xs);
    }
    match x {
        2 | 3 => {
            if x != v1 {
                let list2 = xs.zip(xs).map(|(a, b)| add(a, b));
                clip(add(-4, clip(y)))
            } else if (y != v1 || -2 > y) {
                let list3 = xs.zip(xs).map(|(a, b)| add(a, b));
                graph_8(2, x, list3)
            } else {
                let list4 = xs.map(|e| times(e, -4)).map(clip);
                clip(total(xs))
            }
        }
        1 => {
            let v6 = if !(y > -2) {
                let v5 = graph_11(3, v1, xs);
                graph_3(y, x, xs)
            } else {
                clip(square(y))
            };
            clip(add(x, clip(4)))
        }
        _ => {
            let mut v7 = graph_12(y, y, xs);
            if y > x {
                v7 = clip(add(y, clip(x)));
            }
            clip(add(y, clip(-1)))
        }
    }
}

fn plain_13(x: i64, y: i64, xs: &[i64]) -> i64 {
    let mut v1 = clip(add(x, clip(-4)));
    if x != y {
        v1 = plain_6(1, y, &xs);
    }
    match x {
        2 | 3 => {
            if x != v1 {
                let list2 = zipped(&xs, &xs, |a, b| add(a, b));
                clip(add(-4, clip(y)))
            } else if (y != v1 || -2 > y) {
                let list3 = zipped(&xs, &xs, |a, b| add(a, b));
                plain_8(2, x, &list3)
            } else {
                let list4 = mapped(&xs, |e| clip(times(e, -4)));
                clip(total(&xs))
            }
        }
        1 => {
            let v6 = if !(y > -2) {
                let v5 = plain_11(3, v1, &xs);
                plain_3(y, x, &xs)
            } else {
                clip(square(y))
            };
            clip(add(x, clip(4)))
        }
        _ => {
            let mut v7 = plain_12(y, y, &xs);
            if y > x {
                v7 = clip(add(y, clip(x)));
            }
            clip(add(y, clip(-1)))
        }
    }
}

#[workflow]
fn graph_14(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list3 = if !(x != 2) {
        xs.map(|e| clip(e)).map(square)
    } else {
        let v2 = if ((y <= 2 && -2 <= x) || (-4 == y && is_even(y))) {
            clip(square(y))
        } else if y >= x {
            clip(square(x))
        } else {
            let list1 = xs.map(|e| clip(e)).map(square);
            clip(total(xs))
        };
        xs
    };
    let v4 = clip(total(xs));
    let v5 = graph_7(y, x, list3);
    if !(-1 > v4) {
        let v8 = match x {
            -1 | 0 => {
                clip(square(v5))
            }
            -2 => {
                let list6 = xs.zip(xs).map(|(a, b)| add(a, b));
                clip(add(v5, clip(v4)))
            }
            _ => {
                let list7 = xs.map(|e| times(e, -4)).map(clip);
                graph_0(-1, v4, list3)
            }
        };
        clip(add(2, clip(-4)))
    } else {
        if !(y > v5) {
            let list9 = xs.zip(xs).map(|(a, b)| add(a, b));
            clip(add(-4, clip(2)))
        } else {
            let v10 = clip(total(list3));
            clip(square(v4))
        }
    }
}

fn plain_14(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list3 = if !(x != 2) {
        mapped(&xs, |e| square(clip(e)))
    } else {
        let v2 = if ((y <= 2 && -2 <= x) || (-4 == y && is_even(y))) {
            clip(square(y))
        } else if y >= x {
            clip(square(x))
        } else {
            let list1 = mapped(&xs, |e| square(clip(e)));
            clip(total(&xs))
        };
        xs.to_vec()
    };
    let v4 = clip(total(&xs));
    let v5 = plain_7(y, x, &list3);
    if !(-1 > v4) {
        let v8 = match x {
            -1 | 0 => {
                clip(square(v5))
            }
            -2 => {
                let list6 = zipped(&xs, &xs, |a, b| add(a, b));
                clip(add(v5, clip(v4)))
            }
            _ => {
                let list7 = mapped(&xs, |e| clip(times(e, -4)));
                plain_0(-1, v4, &list3)
            }
        };
        clip(add(2, clip(-4)))
    } else {
        if !(y > v5) {
            let list9 = zipped(&xs, &xs, |a, b| add(a, b));
            clip(add(-4, clip(2)))
        } else {
            let v10 = clip(total(&list3));
            clip(square(v4))
        }
    }
}

#[workflow]
fn graph_15(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = xs.map(|e| clip(e)).map(square);
    if y != 0 {
        clip(square(x))
    } else if !(y > -4) {
        clip(add(x, clip(x)))
    } else {
        if (x <= y || x < x) {
            let list2 = list1.map(|e| clip(e)).map(square);
            clip(add(x, clip(y)))
        } else {
            let v3 = clip(total(list1));
            y
        }
    }
}

fn plain_15(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = mapped(&xs, |e| square(clip(e)));
    if y != 0 {
        clip(square(x))
    } else if !(y > -4) {
        clip(add(x, clip(x)))
    } else {
        if (x <= y || x < x) {
            let list2 = mapped(&list1, |e| square(clip(e)));
            clip(add(x, clip(y)))
        } else {
            let v3 = clip(total(&list1));
            y
        }
    }
}

#[workflow]
fn graph_16(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list3 = if (is_even(x) && 2 < y) {
        xs.map(|e| clip(e)).map(square)
    } else if (y >= -3 || is_even(x)) {
        let v1 = clip(square(x));
        xs.map(|e| times(e, 0)).map(clip)
    } else {
        let v2 = clip(add(x, clip(x)));
        xs
    };
    let v4 = clip(square(y));
    let list5 = xs.map(|e| times(e, x)).map(clip);
    if x > x {
        let list6 = list5.map(|e| clip(e)).map(square);
        x
    } else {
        let list8 = if (is_even(y) || -4 > x) {
            list5.map(|e| times(e, 4)).map(clip)
        } else {
            let v7 = clip(add(-2, clip(x)));
            list3.zip(xs).map(|(a, b)| add(a, b))
        };
        clip(add(v4, clip(y)))
    }
}

fn plain_16(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list3 = if (is_even(x) && 2 < y) {
        mapped(&xs, |e| square(clip(e)))
    } else if (y >= -3 || is_even(x)) {
        let v1 = clip(square(x));
        mapped(&xs, |e| clip(times(e, 0)))
    } else {
        let v2 = clip(add(x, clip(x)));
        xs.to_vec()
    };
    let v4 = clip(square(y));
    let list5 = mapped(&xs, |e| clip(times(e, x)));
    if x > x {
        let list6 = mapped(&list5, |e| square(clip(e)));
        x
    } else {
        let list8 = if (is_even(y) || -4 > x) {
            mapped(&list5, |e| clip(times(e, 4)))
        } else {
            let v7 = clip(add(-2, clip(x)));
            zipped(&list3, &xs, |a, b| add(a, b))
        };
        clip(add(v4, clip(y)))
    }
}

#[workflow]
fn graph_17(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = xs.map(|e| clip(e)).map(square);
    if !(x == y) {
        if !(x < y) {
            let list2 = xs.zip(list1).map(|(a, b)| add(a, b));
            clip(square(y))
        } else if (x < x && y > -1) {
            let v3 = graph_7(x, x, xs);
            clip(total(list1))
        } else {
            graph_4(y, x, xs)
        }
    } else if (y <= x && is_even(x)) {
        x
    } else {
        let v5 = if x == y {
            clip(total(list1))
        } else if (3 <= y && 1 < y) {
            let list4 = xs.map(|e| clip(e)).map(square);
            clip(add(x, clip(x)))
        } else {
            clip(total(xs))
        };
        clip(add(-4, clip(y)))
    }
}

fn plain_17(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = mapped(&xs, |e| square(clip(e)));
    if !(x == y) {
        if !(x < y) {
            let list2 = zipped(&xs, &list1, |a, b| add(a, b));
            clip(square(y))
        } else if (x < x && y > -1) {
            let v3 = plain_7(x, x, &xs);
            clip(total(&list1))
        } else {
            plain_4(y, x, &xs)
        }
    } else if (y <= x && is_even(x)) {
        x
    } else {
        let v5 = if x == y {
            clip(total(&list1))
        } else if (3 <= y && 1 < y) {
            let list4 = mapped(&xs, |e| square(clip(e)));
            clip(add(x, clip(x)))
        } else {
            clip(total(&xs))
        };
        clip(add(-4, clip(y)))
    }
}

#[workflow]
fn graph_18(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = match y {
        -1 | 0 => {
            clip(square(x))
        }
        -2 => {
            y
        }
        _ => {
            x
        }
    };
    let list2 = if (y > v1 || !(v1 == v1)) {
        xs
    } else {
        xs.map(|e| clip(e)).map(square)
    };
    let v6 = match x {
        -1 | 0 => {
            clip(add(-1, clip(v1)))
        }
        -2 => {
            let list3 = xs.zip(list2).map(|(a, b)| add(a, b));
            clip(total(list3))
        }
        _ => {
            let v4 = clip(total(xs));
            if (3 <= y || -1 < y) {
                graph_10(-1, y, list2)
            } else {
                let list5 = xs.map(|e| times(e, -3)).map(clip);
                graph_1(-3, y, list5)
            }
        }
    };
    if y != v6 {
        let list9 = if ((x < y && v6 <= v1) || (-1 >= v6 && y >= y)) {
            let list7 = list2.map(|e| times(e, v1)).map(clip);
            list7.map(|e| clip(e)).map(square)
        } else {
            let v8 = clip(add(y, clip(-4)));
            xs.zip(list2).map(|(a, b)| add(a, b))
        };
        v1
    } else {
        v6
    }
}

fn plain_18(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = match y {
        -1 | 0 => {
            clip(square(x))
        }
        -2 => {
            y
        }
        _ => {
            x
        }
    };
    let list2 = if (y > v1 || !(v1 == v1)) {
        xs.to_vec()
    } else {
        mapped(&xs, |e| square(clip(e)))
    };
    let v6 = match x {
        -1 | 0 => {
            clip(add(-1, clip(v1)))
        }
        -2 => {
            let list3 = zipped(&xs, &list2, |a, b| add(a, b));
            clip(total(&list3))
        }
        _ => {
            let v4 = clip(total(&xs));
            if (3 <= y || -1 < y) {
                plain_10(-1, y, &list2)
            } else {
                let list5 = mapped(&xs, |e| clip(times(e, -3)));
                plain_1(-3, y, &list5)
            }
        }
    };
    if y != v6 {
        let list9 = if ((x < y && v6 <= v1) || (-1 >= v6 && y >= y)) {
            let list7 = mapped(&list2, |e| clip(times(e, v1)));
            mapped(&list7, |e| square(clip(e)))
        } else {
            let v8 = clip(add(y, clip(-4)));
            zipped(&xs, &list2, |a, b| add(a, b))
        };
        v1
    } else {
        v6
    }
}

#[workflow]
fn graph_19(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let mut v1 = clip(add(x, clip(y)));
    if !(y < 0) {
        v1 = graph_17(y, x, xs);
    }
    clip(total(xs))
}

fn plain_19(x: i64, y: i64, xs: &[i64]) -> i64 {
    let mut v1 = clip(add(x, clip(y)));
    if !(y < 0) {
        v1 = plain_17(y, x, &xs);
    }
    clip(total(&xs))
}

#[workflow]
fn graph_20(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list3 = match x {
        3 | 4 => {
            let list1 = xs.map(|e| clip(e)).map(square);
            list1.zip(list1).map(|(a, b)| add(a, b))
        }
        2 => {
            let v2 = if x == -2 {
                y
            } else {
                x
            };
            xs.zip(xs).map(|(a, b)| add(a, b))
        }
        _ => {
            xs.zip(xs).map(|(a, b)| add(a, b))
        }
    };
    let list4 = list3.zip(list3).map(|(a, b)| add(a, b));
    let list5 = list4.map(|e| clip(e)).map(square);
    if y < 1 {
        x
    } else {
        clip(square(y))
    }
}

fn plain_20(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list3 = match x {
        3 | 4 => {
            let list1 = mapped(&xs, |e| square(clip(e)));
            zipped(&list1, &list1, |a, b| add(a, b))
        }
        2 => {
            let v2 = if x == -2 {
                y
            } else {
                x
            };
            zipped(&xs, &xs, |a, b| add(a, b))
        }
        _ => {
            zipped(&xs, &xs, |a, b| add(a, b))
        }
    };
    let list4 = zipped(&list3, &list3, |a, b| add(a, b));
    let list5 = mapped(&list4, |e| square(clip(e)));
    if y < 1 {
        x
    } else {
        clip(square(y))
    }
}

#[workflow]
fn graph_21(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = xs.map(|e| times(e, -3)).map(clip);
    clip(total(xs))
}

fn plain_21(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = mapped(&xs, |e| clip(times(e, -3)));
    clip(total(&xs))
}

#[workflow]
fn graph_22(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list3 = if (-2 > x || (x <= 3 && x < x)) {
        let list1 = xs.map(|e| clip(e)).map(square);
        xs
    } else if -3 >= x {
        let v2 = clip(add(x, clip(y)));
        xs.map(|e| times(e, y)).map(clip)
    } else {
        xs.zip(xs).map(|(a, b)| add(a, b))
    };
    let v8 = if ((x < 3 && is_even(x)) && (x < 4 || is_even(y))) {
        let v5 = if !(!(x <= y)) {
            clip(total(xs))
        } else if x <= x {
            let v4 = clip(add(x, clip(y)));
            v4
        } else {
            x
        };
        if -1 <= x {
            graph_21(v5, v5, xs)
        } else if y <= x {
            graph_3(y, v5, list3)
        } else {
            let v6 = graph_14(x, v5, list3);
            clip(add(-2, clip(3)))
        }
    } else if is_even(y) {
        if !(x >= y) {
            x
        } else if x > x {
            let list7 = xs.map(|e| times(e, 2)).map(clip);
            x
        } else {
            clip(add(y, clip(x)))
        }
    } else {
        x
    };
    let mut v9 = clip(add(y, clip(x)));
    if (x <= y && is_even(x)) {
        v9 = clip(total(xs));
    }
    clip(add(2, clip(1)))
}

fn plain_22(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list3 = if (-2 > x || (x <= 3 && x < x)) {
        let list1 = mapped(&xs, |e| square(clip(e)));
        xs.to_vec()
    } else if -3 >= x {
        let v2 = clip(add(x, clip(y)));
        mapped(&xs, |e| clip(times(e, y)))
    } else {
        zipped(&xs, &xs, |a, b| add(a, b))
    };
    let v8 = if ((x < 3 && is_even(x)) && (x < 4 || is_even(y))) {
        let v5 = if !(!(x <= y)) {
            clip(total(&xs))
        } else if x <= x {
            let v4 = clip(add(x, clip(y)));
            v4
        } else {
            x
        };
        if -1 <= x {
            plain_21(v5, v5, &xs)
        } else if y <= x {
            plain_3(y, v5, &list3)
        } else {
            let v6 = plain_14(x, v5, &list3);
            clip(add(-2, clip(3)))
        }
    } else if is_even(y) {
        if !(x >= y) {
            x
        } else if x > x {
            let list7 = mapped(&xs, |e| clip(times(e, 2)));
            x
        } else {
            clip(add(y, clip(x)))
        }
    } else {
        x
    };
    let mut v9 = clip(add(y, clip(x)));
    if (x <= y && is_even(x)) {
        v9 = clip(total(&xs));
    }
    clip(add(2, clip(1)))
}

#[workflow]
fn graph_23(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = xs.map(|e| times(e, y)).map(clip);
    clip(add(-2, clip(-1)))
}

fn plain_23(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = mapped(&xs, |e| clip(times(e, y)));
    clip(add(-2, clip(-1)))
}

#[workflow]
fn graph_24(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = clip(add(2, clip(-1)));
    let v4 = if v1 < v1 {
        if v1 <= -1 {
            clip(add(-4, clip(y)))
        } else {
            clip(total(xs))
        }
    } else {
        if y <= v1 {
            let list2 = xs.zip(xs).map(|(a, b)| add(a, b));
            y
        } else {
            let list3 = xs.zip(xs).map(|(a, b)| add(a, b));
            graph_18(y, y, xs)
        }
    };
    let v11 = if y > y {
        clip(add(x, clip(-3)))
    } else if is_even(v4) {
        let v7 = if (4 != v4 || (is_even(v4) && 0 >= x)) {
            let v5 = graph_10(v1, v1, xs);
            v4
        } else {
            let v6 = clip(total(xs));
            clip(add(v6, clip(-1)))
        };
        match v7 {
            -1 | 0 => {
                let v8 = clip(total(xs));
                v7
            }
            -2 => {
                let list9 = xs.map(|e| times(e, v1)).map(clip);
                graph_13(4, v1, list9)
            }
            _ => {
                let list10 = xs.zip(xs).map(|(a, b)| add(a, b));
                clip(add(y, clip(y)))
            }
        }
    } else {
        x
    };
    graph_15(y, y, xs)
}

fn plain_24(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = clip(add(2, clip(-1)));
    let v4 = if v1 < v1 {
        if v1 <= -1 {
            clip(add(-4, clip(y)))
        } else {
            clip(total(&xs))
        }
    } else {
        if y <= v1 {
            let list2 = zipped(&xs, &xs, |a, b| add(a, b));
            y
        } else {
            let list3 = zipped(&xs, &xs, |a, b| add(a, b));
            plain_18(y, y, &xs)
        }
    };
    let v11 = if y > y {
        clip(add(x, clip(-3)))
    } else if is_even(v4) {
        let v7 = if (4 != v4 || (is_even(v4) && 0 >= x)) {
            let v5 = plain_10(v1, v1, &xs);
            v4
        } else {
            let v6 = clip(total(&xs));
            clip(add(v6, clip(-1)))
        };
        match v7 {
            -1 | 0 => {
                let v8 = clip(total(&xs));
                v7
            }
            -2 => {
                let list9 = mapped(&xs, |e| clip(times(e, v1)));
                plain_13(4, v1, &list9)
            }
            _ => {
                let list10 = zipped(&xs, &xs, |a, b| add(a, b));
                clip(add(y, clip(y)))
            }
        }
    } else {
        x
    };
    plain_15(y, y, &xs)
}

#[workflow]
fn graph_25(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let mut v1 = clip(total(xs));
    if x >= y {
        v1 = clip(add(y, clip(y)));
    }
    clip(square(x))
}

fn plain_25(x: i64, y: i64, xs: &[i64]) -> i64 {
    let mut v1 = clip(total(&xs));
    if x >= y {
        v1 = clip(add(y, clip(y)));
    }
    clip(square(x))
}

#[workflow]
fn graph_26(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list3 = if is_even(x) {
        let v1 = clip(add(4, clip(x)));
        xs.zip(xs).map(|(a, b)| add(a, b))
    } else {
        let v2 = graph_4(x, x, xs);
        xs.map(|e| times(e, -3)).map(clip)
    };
    let v4 = clip(add(y, clip(-2)));
    let list5 = list3.map(|e| clip(e)).map(square);
    if ((x >= v4 || x > -4) && (-4 != v4 && 3 < y)) {
        v4
    } else if y < 3 {
        if ((is_even(y) || is_even(y)) && v4 < y) {
            x
        } else {
            let v6 = clip(square(v4));
            clip(total(list3))
        }
    } else {
        let mut v7 = clip(square(x));
        if x > y {
            v7 = clip(square(y));
        }
        clip(add(x, clip(y)))
    }
}

fn plain_26(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list3 = if is_even(x) {
        let v1 = clip(add(4, clip(x)));
        zipped(&xs, &xs, |a, b| add(a, b))
    } else {
        let v2 = plain_4(x, x, &xs);
        mapped(&xs, |e| clip(times(e, -3)))
    };
    let v4 = clip(add(y, clip(-2)));
    let list5 = mapped(&list3, |e| square(clip(e)));
    if ((x >= v4 || x > -4) && (-4 != v4 && 3 < y)) {
        v4
    } else if y < 3 {
        if ((is_even(y) || is_even(y)) && v4 < y) {
            x
        } else {
            let v6 = clip(square(v4));
            clip(total(&list3))
        }
    } else {
        let mut v7 = clip(square(x));
        if x > y {
            v7 = clip(square(y));
        }
        clip(add(x, clip(y)))
    }
}

#[workflow]
fn graph_27(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v5 = match y {
        1 | 2 => {
            clip(square(y))
        }
        0 => {
            let list1 = xs.zip(xs).map(|(a, b)| add(a, b));
            clip(total(xs))
        }
        _ => {
            let v4 = if y >= y {
                let list2 = xs.zip(xs).map(|(a, b)| add(a, b));
                clip(square(x))
            } else {
                let v3 = clip(total(xs));
                clip(add(y, clip(-3)))
            };
            if x <= x {
                x
            } else {
                graph_23(v4, y, xs)
            }
        }
    };
    if !(4 >= v5) {
        clip(add(-1, clip(-1)))
    } else {
        if !((-4 <= y || -4 >= v5)) {
            clip(square(y))
        } else if (v5 < v5 || is_even(x)) {
            v5
        } else {
            let list6 = xs.map(|e| clip(e)).map(square);
            v5
        }
    }
}

fn plain_27(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v5 = match y {
        1 | 2 => {
            clip(square(y))
        }
        0 => {
            let list1 = zipped(&xs, &xs, |a, b| add(a, b));
            clip(total(&xs))
        }
        _ => {
            let v4 = if y >= y {
                let list2 = zipped(&xs, &xs, |a, b| add(a, b));
                clip(square(x))
            } else {
                let v3 = clip(total(&xs));
                clip(add(y, clip(-3)))
            };
            if x <= x {
                x
            } else {
                plain_23(v4, y, &xs)
            }
        }
    };
    if !(4 >= v5) {
        clip(add(-1, clip(-1)))
    } else {
        if !((-4 <= y || -4 >= v5)) {
            clip(square(y))
        } else if (v5 < v5 || is_even(x)) {
            v5
        } else {
            let list6 = mapped(&xs, |e| square(clip(e)));
            v5
        }
    }
}

#[workflow]
fn graph_28(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = clip(total(xs));
    let v8 = if 1 != x {
        let list2 = xs.zip(xs).map(|(a, b)| add(a, b));
        clip(add(3, clip(0)))
    } else if y == -2 {
        if !(!(is_even(x))) {
            let list3 = xs.map(|e| times(e, v1)).map(clip);
            x
        } else {
            let list4 = xs.zip(xs).map(|(a, b)| add(a, b));
            clip(square(v1))
        }
    } else {
        let v7 = match v1 {
            1 | 2 => {
                x
            }
            0 => {
                let v5 = clip(total(xs));
                y
            }
            _ => {
                let list6 = xs.map(|e| times(e, x)).map(clip);
                clip(add(v1, clip(x)))
            }
        };
        x
    };
    let list9 = xs.map(|e| times(e, -1)).map(clip);
    if (y > 0 || is_even(v8)) {
        clip(square(v1))
    } else if (is_even(y) || is_even(y)) {
        let mut v10 = clip(add(y, clip(-2)));
        if (x > -1 || x >= -2) {
            v10 = clip(add(v1, clip(x)));
        }
        if (!(is_even(v8)) || (is_even(y) || is_even(v10))) {
            clip(add(y, clip(1)))
        } else if is_even(x) {
            let v11 = clip(add(v10, clip(-3)));
            clip(total(list9))
        } else {
            v8
        }
    } else {
        let list12 = list9.map(|e| times(e, y)).map(clip);
        if !(0 < x) {
            clip(add(v8, clip(-2)))
        } else if v1 <= v1 {
            clip(add(v1, clip(-4)))
        } else {
            v8
        }
    }
}

fn plain_28(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = clip(total(&xs));
    let v8 = if 1 != x {
        let list2 = zipped(&xs, &xs, |a, b| add(a, b));
        clip(add(3, clip(0)))
    } else if y == -2 {
        if !(!(is_even(x))) {
            let list3 = mapped(&xs, |e| clip(times(e, v1)));
            x
        } else {
            let list4 = zipped(&xs, &xs, |a, b| add(a, b));
            clip(square(v1))
        }
    } else {
        let v7 = match v1 {
            1 | 2 => {
                x
            }
            0 => {
                let v5 = clip(total(&xs));
                y
            }
            _ => {
                let list6 = mapped(&xs, |e| clip(times(e, x)));
                clip(add(v1, clip(x)))
            }
        };
        x
    };
    let list9 = mapped(&xs, |e| clip(times(e, -1)));
    if (y > 0 || is_even(v8)) {
        clip(square(v1))
    } else if (is_even(y) || is_even(y)) {
        let mut v10 = clip(add(y, clip(-2)));
        if (x > -1 || x >= -2) {
            v10 = clip(add(v1, clip(x)));
        }
        if (!(is_even(v8)) || (is_even(y) || is_even(v10))) {
            clip(add(y, clip(1)))
        } else if is_even(x) {
            let v11 = clip(add(v10, clip(-3)));
            clip(total(&list9))
        } else {
            v8
        }
    } else {
        let list12 = mapped(&list9, |e| clip(times(e, y)));
        if !(0 < x) {
            clip(add(v8, clip(-2)))
        } else if v1 <= v1 {
            clip(add(v1, clip(-4)))
        } else {
            v8
        }
    }
}

#[workflow]
fn graph_29(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = xs.map(|e| clip(e)).map(square);
    clip(add(y, clip(y)))
}

fn plain_29(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = mapped(&xs, |e| square(clip(e)));
    clip(add(y, clip(y)))
}

#[workflow]
fn graph_30(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = clip(square(x));
    let list4 = match v1 {
        1 | 2 => {
            xs.zip(xs).map(|(a, b)| add(a, b))
        }
        0 => {
            xs.map(|e| clip(e)).map(square)
        }
        _ => {
            let list3 = if ((v1 <= v1 && is_even(v1)) && (is_even(v1) && x == x)) {
                xs.map(|e| clip(e)).map(square)
            } else {
                let v2 = clip(add(y, clip(-1)));
                xs.zip(xs).map(|(a, b)| add(a, b))
            };
            xs
        }
    };
    let v5 = graph_6(x, x, list4);
    clip(square(y))
}

fn plain_30(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = clip(square(x));
    let list4 = match v1 {
        1 | 2 => {
            zipped(&xs, &xs, |a, b| add(a, b))
        }
        0 => {
            mapped(&xs, |e| square(clip(e)))
        }
        _ => {
            let list3 = if ((v1 <= v1 && is_even(v1)) && (is_even(v1) && x == x)) {
                mapped(&xs, |e| square(clip(e)))
            } else {
                let v2 = clip(add(y, clip(-1)));
                zipped(&xs, &xs, |a, b| add(a, b))
            };
            xs.to_vec()
        }
    };
    let v5 = plain_6(x, x, &list4);
    clip(square(y))
}

#[workflow]
fn graph_31(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let mut v1 = clip(add(y, clip(4)));
    if 3 < y {
        v1 = clip(square(x));
    }
    clip(square(v1))
}

fn plain_31(x: i64, y: i64, xs: &[i64]) -> i64 {
    let mut v1 = clip(add(y, clip(4)));
    if 3 < y {
        v1 = clip(square(x));
    }
    clip(square(v1))
}

#[workflow]
fn graph_32(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = if y > y {
        xs.map(|e| clip(e)).map(square)
    } else {
        xs
    };
    let list3 = if is_even(y) {
        let mut v2 = graph_20(x, x, xs);
        if y >= -3 {
            v2 = graph_15(y, y, list1);
        }
        list1.map(|e| times(e, y)).map(clip)
    } else if !(is_even(y)) {
        xs.map(|e| clip(e)).map(square)
    } else {
        xs.map(|e| clip(e)).map(square)
    };
    let v5 = if !((2 <= x || is_even(x))) {
        match y {
            -3 | -2 => {
                clip(add(x, clip(y)))
            }
            -4 => {
                clip(add(y, clip(x)))
            }
            _ => {
                let list4 = list3.map(|e| times(e, x)).map(clip);
                clip(add(y, clip(y)))
            }
        }
    } else {
        y
    };
    match x {
        0 | 1 => {
            let v9 = match x {
                -1 | 0 => {
                    let v6 = clip(add(-3, clip(y)));
                    v6
                }
                -2 => {
                    let v7 = clip(square(x));
                    v7
                }
                _ => {
                    let list8 = list3.map(|e| times(e, x)).map(clip);
                    clip(add(v5, clip(0)))
                }
            };
            match y {
                0 | 1 => {
                    graph_0(y, v5, list1)
                }
                -1 => {
                    clip(add(x, clip(y)))
                }
                _ => {
                    clip(square(v5))
                }
            }
        }
        -1 => {
            x
        }
        _ => {
            v5
        }
    }
}

fn plain_32(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = if y > y {
        mapped(&xs, |e| square(clip(e)))
    } else {
        xs.to_vec()
    };
    let list3 = if is_even(y) {
        let mut v2 = plain_20(x, x, &xs);
        if y >= -3 {
            v2 = plain_15(y, y, &list1);
        }
        mapped(&list1, |e| clip(times(e, y)))
    } else if !(is_even(y)) {
        mapped(&xs, |e| square(clip(e)))
    } else {
        mapped(&xs, |e| square(clip(e)))
    };
    let v5 = if !((2 <= x || is_even(x))) {
        match y {
            -3 | -2 => {
                clip(add(x, clip(y)))
            }
            -4 => {
                clip(add(y, clip(x)))
            }
            _ => {
                let list4 = mapped(&list3, |e| clip(times(e, x)));
                clip(add(y, clip(y)))
            }
        }
    } else {
        y
    };
    match x {
        0 | 1 => {
            let v9 = match x {
                -1 | 0 => {
                    let v6 = clip(add(-3, clip(y)));
                    v6
                }
                -2 => {
                    let v7 = clip(square(x));
                    v7
                }
                _ => {
                    let list8 = mapped(&list3, |e| clip(times(e, x)));
                    clip(add(v5, clip(0)))
                }
            };
            match y {
                0 | 1 => {
                    plain_0(y, v5, &list1)
                }
                -1 => {
                    clip(add(x, clip(y)))
                }
                _ => {
                    clip(square(v5))
                }
            }
        }
        -1 => {
            x
        }
        _ => {
            v5
        }
    }
}

#[workflow]
fn graph_33(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v3 = if (x > 1 && y != y) {
        let mut v1 = graph_31(-1, y, xs);
        if (3 != y || x == y) {
            v1 = clip(square(x));
        }
        clip(total(xs))
    } else if 4 > y {
        x
    } else {
        let mut v2 = clip(square(y));
        if !(is_even(y)) {
            v2 = clip(square(y));
        }
        y
    };
    clip(add(v3, clip(y)))
}

fn plain_33(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v3 = if (x > 1 && y != y) {
        let mut v1 = plain_31(-1, y, &xs);
        if (3 != y || x == y) {
            v1 = clip(square(x));
        }
        clip(total(&xs))
    } else if 4 > y {
        x
    } else {
        let mut v2 = clip(square(y));
        if !(is_even(y)) {
            v2 = clip(square(y));
        }
        y
    };
    clip(add(v3, clip(y)))
}

#[workflow]
fn graph_34(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = clip(total(xs));
    let v3 = if 2 > y {
        match x {
            4 | 5 => {
                let list2 = xs.map(|e| times(e, y)).map(clip);
                clip(square(v1))
            }
            3 => {
                clip(square(v1))
            }
            _ => {
                clip(add(-4, clip(x)))
            }
        }
    } else {
        y
    };
    let v6 = if x != x {
        if v3 == x {
            let v4 = graph_5(x, y, xs);
            y
        } else {
            let list5 = xs.zip(xs).map(|(a, b)| add(a, b));
            clip(total(list5))
        }
    } else if y <= -3 {
        v3
    } else {
        x
    };
    graph_2(v3, v6, xs)
}

fn plain_34(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = clip(total(&xs));
    let v3 = if 2 > y {
        match x {
            4 | 5 => {
                let list2 = mapped(&xs, |e| clip(times(e, y)));
                clip(square(v1))
            }
            3 => {
                clip(square(v1))
            }
            _ => {
                clip(add(-4, clip(x)))
            }
        }
    } else {
        y
    };
    let v6 = if x != x {
        if v3 == x {
            let v4 = plain_5(x, y, &xs);
            y
        } else {
            let list5 = zipped(&xs, &xs, |a, b| add(a, b));
            clip(total(&list5))
        }
    } else if y <= -3 {
        v3
    } else {
        x
    };
    plain_2(v3, v6, &xs)
}

#[workflow]
fn graph_35(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let mut v1 = clip(add(0, clip(x)));
    if x == -1 {
        v1 = clip(total(xs));
    }
    clip(add(y, clip(v1)))
}

fn plain_35(x: i64, y: i64, xs: &[i64]) -> i64 {
    let mut v1 = clip(add(0, clip(x)));
    if x == -1 {
        v1 = clip(total(&xs));
    }
    clip(add(y, clip(v1)))
}

#[workflow]
fn graph_36(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = clip(add(3, clip(x)));
    let list4 = if (is_even(y) && (is_even(x) || -3 < v1)) {
        let list2 = xs.map(|e| times(e, y)).map(clip);
        list2.zip(xs).map(|(a, b)| add(a, b))
    } else {
        let v3 = clip(add(0, clip(v1)));
        xs.zip(xs).map(|(a, b)| add(a, b))
    };
    let mut v5 = clip(add(x, clip(v1)));
    if y <= v1 {
        v5 = clip(square(v1));
    }
    match x {
        -1 | 0 => {
            if (!(-3 == v1) || y > -4) {
                y
            } else {
                let v6 = clip(square(y));
                v6
            }
        }
        -2 => {
            clip(add(x, clip(v5)))
        }
        _ => {
            x
        }
    }
}

fn plain_36(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = clip(add(3, clip(x)));
    let list4 = if (is_even(y) && (is_even(x) || -3 < v1)) {
        let list2 = mapped(&xs, |e| clip(times(e, y)));
        zipped(&list2, &xs, |a, b| add(a, b))
    } else {
        let v3 = clip(add(0, clip(v1)));
        zipped(&xs, &xs, |a, b| add(a, b))
    };
    let mut v5 = clip(add(x, clip(v1)));
    if y <= v1 {
        v5 = clip(square(v1));
    }
    match x {
        -1 | 0 => {
            if (!(-3 == v1) || y > -4) {
                y
            } else {
                let v6 = clip(square(y));
                v6
            }
        }
        -2 => {
            clip(add(x, clip(v5)))
        }
        _ => {
            x
        }
    }
}

#[workflow]
fn graph_37(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let mut v1 = clip(total(xs));
    if y >= y {
        v1 = clip(add(3, clip(x)));
    }
    clip(square(y))
}

fn plain_37(x: i64, y: i64, xs: &[i64]) -> i64 {
    let mut v1 = clip(total(&xs));
    if y >= y {
        v1 = clip(add(3, clip(x)));
    }
    clip(square(y))
}

#[workflow]
fn graph_38(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let list1 = match x {
        -3 | -2 => {
            xs.map(|e| times(e, 1)).map(clip)
        }
        -4 => {
            xs.map(|e| times(e, -4)).map(clip)
        }
        _ => {
            xs
        }
    };
    let mut v2 = clip(add(y, clip(-4)));
    if (x > y && x >= 0) {
        v2 = clip(square(y));
    }
    let list4 = match v2 {
        -2 | -1 => {
            let mut v3 = clip(total(list1));
            if v2 != v2 {
                v3 = clip(add(x, clip(1)));
            }
            xs
        }
        -3 => {
            xs.map(|e| times(e, x)).map(clip)
        }
        _ => {
            xs
        }
    };
    match v2 {
        -2 | -1 => {
            match x {
                0 | 1 => {
                    x
                }
                -1 => {
                    x
                }
                _ => {
                    clip(total(xs))
                }
            }
        }
        -3 => {
            let mut v5 = clip(square(x));
            if !(y < v2) {
                v5 = clip(add(x, clip(y)));
            }
            match v5 {
                -3 | -2 => {
                    x
                }
                -4 => {
                    y
                }
                _ => {
                    let list6 = xs.zip(list4).map(|(a, b)| add(a, b));
                    v2
                }
            }
        }
        _ => {
            if v2 == x {
                graph_7(y, y, xs)
            } else {
                clip(square(x))
            }
        }
    }
}

fn plain_38(x: i64, y: i64, xs: &[i64]) -> i64 {
    let list1 = match x {
        -3 | -2 => {
            mapped(&xs, |e| clip(times(e, 1)))
        }
        -4 => {
            mapped(&xs, |e| clip(times(e, -4)))
        }
        _ => {
            xs.to_vec()
        }
    };
    let mut v2 = clip(add(y, clip(-4)));
    if (x > y && x >= 0) {
        v2 = clip(square(y));
    }
    let list4 = match v2 {
        -2 | -1 => {
            let mut v3 = clip(total(&list1));
            if v2 != v2 {
                v3 = clip(add(x, clip(1)));
            }
            xs.to_vec()
        }
        -3 => {
            mapped(&xs, |e| clip(times(e, x)))
        }
        _ => {
            xs.to_vec()
        }
    };
    match v2 {
        -2 | -1 => {
            match x {
                0 | 1 => {
                    x
                }
                -1 => {
                    x
                }
                _ => {
                    clip(total(&xs))
                }
            }
        }
        -3 => {
            let mut v5 = clip(square(x));
            if !(y < v2) {
                v5 = clip(add(x, clip(y)));
            }
            match v5 {
                -3 | -2 => {
                    x
                }
                -4 => {
                    y
                }
                _ => {
                    let list6 = zipped(&xs, &list4, |a, b| add(a, b));
                    v2
                }
            }
        }
        _ => {
            if v2 == x {
                plain_7(y, y, &xs)
            } else {
                clip(square(x))
            }
        }
    }
}

#[workflow]
fn graph_39(x: i64, y: i64, xs: Vec<i64>) -> i64 {
    let v1 = if is_even(y) {
        clip(add(x, clip(x)))
    } else {
        if -4 > x {
            clip(add(x, clip(-4)))
        } else {
            graph_29(-1, y, xs)
        }
    };
    graph_38(v1, y, xs)
}

fn plain_39(x: i64, y: i64, xs: &[i64]) -> i64 {
    let v1 = if is_even(y) {
        clip(add(x, clip(x)))
    } else {
        if -4 > x {
            clip(add(x, clip(-4)))
        } else {
            plain_29(-1, y, &xs)
        }
    };
    plain_38(v1, y, &xs)
}

pub(crate) const ALL: &[(Graph, Plain)] = &[
    (graph_0, plain_0),
    (graph_1, plain_1),
    (graph_2, plain_2),
    (graph_3, plain_3),
    (graph_4, plain_4),
    (graph_5, plain_5),
    (graph_6, plain_6),
    (graph_7, plain_7),
    (graph_8, plain_8),
    (graph_9, plain_9),
    (graph_10, plain_10),
    (graph_11, plain_11),
    (graph_12, plain_12),
    (graph_13, plain_13),
    (graph_14, plain_14),
    (graph_15, plain_15),
    (graph_16, plain_16),
    (graph_17, plain_17),
    (graph_18, plain_18),
    (graph_19, plain_19),
    (graph_20, plain_20),
    (graph_21, plain_21),
    (graph_22, plain_22),
    (graph_23, plain_23),
    (graph_24, plain_24),
    (graph_25, plain_25),
    (graph_26, plain_26),
    (graph_27, plain_27),
    (graph_28, plain_28),
    (graph_29, plain_29),
    (graph_30, plain_30),
    (graph_31, plain_31),
    (graph_32, plain_32),
    (graph_33, plain_33),
    (graph_34, plain_34),
    (graph_35, plain_35),
    (graph_36, plain_36),
    (graph_37, plain_37),
    (graph_38, plain_38),
    (graph_39, plain_39),
];
