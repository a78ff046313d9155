//! The worksheet: the turns with words left out, questions, and on the last sheet the answers.

use super::head;
use crate::model::Show;
use crate::says::paper as words;
use wirestage_core::course::{self, Answer, Part, Question, Task, Worksheet};
use yew::prelude::*;

/// The sheets.
pub fn worksheet(show: &Show) -> Html {
    let run = &show.run;
    let sheet = course::worksheet(&run.scenario, &run.timeline, &show.outline);
    let given: Vec<String> = bank(&sheet);
    let name = html! {
        <p class="name-line"><span>{ words::NAME }</span><span class="rule"></span><span>{ words::DATE }</span><span class="rule short"></span></p>
    };
    html! {
        <>
            { head(show, name) }
            if sheet.tasks.is_empty() {
                <p>{ words::EMPTY }</p>
            } else {
                <h2>{ words::FILL_IN }</h2>
                if !given.is_empty() { <p class="bank">{ words::BANK }{ " " }<b class="m">{ given.join("   ") }</b></p> }
                <table class="turns-table blanks">
                    <thead><tr>{ words::BLANK_COLUMNS.iter().map(|name| html! { <th scope="col">{ *name }</th> }).collect::<Html>() }</tr></thead>
                    <tbody>{ sheet.tasks.iter().map(task).collect::<Html>() }</tbody>
                </table>
            }
            if !sheet.questions.is_empty() {
                <h2>{ words::QUESTIONS }</h2>
                <ol class="questions">{ sheet.questions.iter().map(question).collect::<Html>() }</ol>
            }
            { answers(&sheet) }
            { super::foot(show) }
        </>
    }
}

/// The words to choose from, in an order that tells nothing.
fn bank(sheet: &Worksheet) -> Vec<String> {
    let mut given: Vec<String> = sheet.answers.iter().map(|a| a.text.clone()).collect();
    given.sort();
    given.dedup();
    given
}

fn task(task: &Task) -> Html {
    html! {
        <>
            if task.skips { <tr class="skips"><td colspan="3">{ "⋯" }</td></tr> }
            <tr>
                <td class="number">{ task.turn }</td>
                <td class="who">
                    { part(&task.from) }
                    if !task.to.is_empty() { { " → " }{ task.to.clone() } }
                </td>
                <td class="m">{ task.said.iter().map(part).collect::<Html>() }</td>
            </tr>
        </>
    }
}

fn part(part: &Part) -> Html {
    match part {
        Part::Text(text) => html! { { text.clone() } },
        Part::Blank(number) => html! {
            <span class="blank" data-blank={number.to_string()}>
                <sup>{ *number }</sup><span class="unseen">{ words::BLANK }</span>
            </span>
        },
    }
}

fn question(question: &Question) -> Html {
    let lines = if question.answer.is_some() { 1 } else { 3 };
    html! {
        <li>
            { words::ask(&question.ask) }
            { (0..lines).map(|_| html! { <span class="rule"></span> }).collect::<Html>() }
        </li>
    }
}

/// On a sheet of their own, to be kept back.
fn answers(sheet: &Worksheet) -> Html {
    let one = |answer: &Answer| {
        html! {
            <li>
                <b class="m">{ answer.text.clone() }</b>
                { words::turn(answer.turn) }
                <span class="aside">{ answer.why.clone() }</span>
            </li>
        }
    };
    let told = |question: &Question| {
        let answer = question.answer.clone();
        html! { <li>{ answer.unwrap_or_else(|| words::TRY_IT.to_owned()) }</li> }
    };
    html! {
        <section class="answers" id="answers">
            <h2 class="new-sheet">{ words::ANSWERS }</h2>
            <ol>{ sheet.answers.iter().map(one).collect::<Html>() }</ol>
            if !sheet.questions.is_empty() {
                <h3>{ words::QUESTIONS }</h3>
                <ol>{ sheet.questions.iter().map(told).collect::<Html>() }</ol>
            }
        </section>
    }
}
