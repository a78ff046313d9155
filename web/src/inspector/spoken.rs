//! A reply's code by its name, and what each of its digits says.

use wirestage_core::view::outline::{Outline, Row};
use wirestage_core::view::spoken::{Spoken, spoken as read, word_of};
use yew::prelude::*;

/// The name of a row's reply: `425: cannot open the data connection`.
pub fn named(outline: &Outline, row: &Row) -> Html {
    let name = read(outline, row).map(|Spoken { code, name, .. }| (code, name));
    let word = || {
        let code = row.text.split(' ').next()?.to_owned();
        Some((code, word_of(row)?))
    };
    let Some((code, name)) = name.or_else(word) else {
        return html! {};
    };
    html! { <span class="desk-code"><b class="m">{ code }</b>{ ": " }{ name }</span> }
}

/// The digits of a row's reply, each with what it says.
pub fn spoken(outline: &Outline, row: &Row) -> Html {
    let Some(spoken) = read(outline, row) else {
        return html! {};
    };
    let digit = |digit: &wirestage_core::view::spoken::Digit| {
        html! { <><dt class="m">{ digit.form.clone() }</dt><dd>{ digit.means }</dd></> }
    };
    html! {
        <dl class="desk-digits">
            <dt class="m"><b>{ spoken.code.clone() }</b></dt>
            <dd>
                { spoken.name }
                if !spoken.reference.is_empty() { { " " }<span class="reference">{ spoken.reference }</span> }
            </dd>
            { spoken.digits.iter().map(digit).collect::<Html>() }
        </dl>
    }
}
