//! Text in Markdown: headings, lists, tables and the like.

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

use super::Html;

/// CommonMark, with tables, task lists and strikethrough.
///
/// Markup in it is displayed as text, and links lead only to `http`, `https`, `mailto` and places on the page, so it
/// may be made from untrusted texts. Only pictures that are embedded as `data:image/..` are displayed: a page does not
/// need a network.
///
/// ```
/// use flyte_runtime::deck::{Html, Markdown};
///
/// let html = Html::from(Markdown::new("# Rows\n\n*7* of <b>9</b>"));
/// assert!(html.as_str().contains("<h1>Rows</h1>"));
/// assert!(html.as_str().contains("<em>7</em> of &lt;b&gt;9&lt;/b&gt;"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markdown(String);

impl Markdown {
    /// Text in Markdown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl From<Markdown> for Html {
    fn from(Markdown(text): Markdown) -> Self {
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut markup = String::from("<div class=\"markdown\">\n");
        html::push_html(&mut markup, Parser::new_ext(&text, options).map(harmless));
        markup.push_str("</div>");
        Self::own(markup)
    }
}

/// Makes an event safe for the page: markup becomes text, and links cannot run scripts.
fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(markup) | Event::InlineHtml(markup) => Event::Text(markup),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            dest_url: match link_type == LinkType::Email || is_harmless_link(&dest_url) {
                true => dest_url,
                false => CowStr::Borrowed("#"),
            },
            link_type,
            title,
            id,
        }),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            dest_url: match has_prefix(&dest_url, "data:image/") {
                true => dest_url,
                false => CowStr::Borrowed(""),
            },
            link_type,
            title,
            id,
        }),
        other => other,
    }
}

fn is_harmless_link(to: &str) -> bool {
    let has_scheme = to.find(':').is_some_and(|colon| {
        let before = &to[..colon];
        !before.contains(['/', '?', '#'])
    });
    let harmless = ["http://", "https://", "mailto:"];
    !has_scheme || harmless.iter().any(|scheme| has_prefix(to, scheme))
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
