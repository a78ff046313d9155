//! How wide an element is, told anew whenever that changes.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// The width of an element in pixels; 0 before it is known.
#[hook]
pub fn use_width(node: &NodeRef) -> i32 {
    let width = use_state_eq(|| 0);
    let (node, set) = (node.clone(), width.setter());
    use_effect_with((), move |()| {
        let element = node.cast::<Element>();
        let look = {
            let element = element.clone();
            move || {
                if let Some(element) = &element {
                    set.set(element.client_width());
                }
            }
        };
        look();
        let resized = Closure::<dyn Fn()>::new(look);
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &element) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(resized);
        }
    });
    *width
}
