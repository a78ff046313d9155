//! Runs other programs: streamed, silent, or read to the end.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// A command of the cargo that runs us, in the project's root.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(crate::project::root());
    command
}

/// Any other program, in the project's root.
pub fn program(name: impl AsRef<Path>, args: &[&str]) -> Command {
    let mut command = Command::new(name.as_ref());
    command.args(args).current_dir(crate::project::root());
    command
}

/// Runs it with our own output and no input; says first what it runs.
pub fn shown(command: &mut Command) -> Result<bool, Box<dyn Error>> {
    say(&format!("$ {}", line_of(command)));
    let status = command.stdin(Stdio::null()).status();
    Ok(status
        .map_err(|error| cannot_run(command, &error))?
        .success())
}

/// Runs it with nothing seen; false as well where there is no such program.
pub fn silent(command: &mut Command) -> bool {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// What it writes to standard output, where it succeeds.
pub fn output(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let result = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    let output = result.map_err(|error| cannot_run(command, &error))?;
    if !output.status.success() {
        return Err(format!("`{}` failed: {}", line_of(command), output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs it, shows all it says in the order it says it, and hands each line to `see`.
pub fn watched(command: &mut Command, mut see: impl FnMut(&str)) -> Result<bool, Box<dyn Error>> {
    say(&format!("$ {}", line_of(command)));
    let (reader, writer) = std::io::pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut child = command
        .spawn()
        .map_err(|error| cannot_run(command, &error))?;
    // The command holds our ends of the pipe, and the pipe ends when all of them are closed.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        std::io::stdout().flush()?;
        see(text.trim_end());
        line.clear();
    }
    Ok(child.wait()?.success())
}

/// A line of ours between other programs' lines.
pub fn say(line: &str) {
    println!("{line}");
    std::io::stdout().flush().ok();
}

/// The command as one would type it.
pub fn line_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

fn cannot_run(command: &Command, error: &std::io::Error) -> String {
    format!("cannot run `{}`: {error}", line_of(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watched_program_is_seen_line_by_line_and_judged() {
        let mut lines = Vec::new();
        let mut command = program("sh", &["-c", "echo one; echo two >&2; exit 3"]);
        assert!(!watched(&mut command, |line| lines.push(line.to_string())).unwrap());
        assert_eq!(lines, ["one", "two"]);
        assert!(shown(&mut program("no-such-program-here", &[])).is_err());
    }
}
