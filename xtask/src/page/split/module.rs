//! A WebAssembly module, read as far as cutting it takes: what is rewritten is taken apart, the
//! rest stays as bytes.

use std::error::Error;
use std::ops::Range;
use wasmparser::{
    ConstExpr, DataKind, ElementItems, ElementKind, Export, ExternalKind, FuncType, GlobalType,
    Import, KnownCustom, Linking, MemoryType, Name, Operator, Parser, Payload, RelocationEntry,
    SymbolInfo, TableType, TypeRef,
};

/// A module.
#[derive(Default)]
pub struct Module<'a> {
    /// All of it.
    pub bytes: &'a [u8],
    /// What these sections hold, as they stand there.
    pub types: &'a [u8],
    /// What functions of each type take and answer.
    pub kinds_of: Vec<FuncType>,
    pub memories_raw: &'a [u8],
    pub globals_raw: &'a [u8],
    pub imports: Vec<Import<'a>>,
    /// The type of each function that is defined here.
    pub kinds: Vec<u32>,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<GlobalType>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    pub elements: Vec<Element>,
    /// Where the code of each function stands that is defined here.
    pub bodies: Vec<Range<usize>>,
    pub code: Range<usize>,
    pub data: Vec<Data<'a>>,
    /// Where the section of data begins.
    pub data_at: usize,
    /// Functions' names, as the linker has them.
    pub names: Vec<&'a str>,
    /// What the linker says of places that refer to something; relocations by section.
    pub symbols: Vec<SymbolInfo<'a>>,
    pub relocations: Vec<(u32, Vec<RelocationEntry>)>,
    /// Which sections code and data are, counted as relocations count.
    pub code_section: u32,
    pub data_section: u32,
}

/// Functions put into a table.
pub struct Element {
    pub table: u32,
    pub at: u32,
    pub functions: Vec<u32>,
}

/// Bytes put into memory.
pub struct Data<'a> {
    pub at: u32,
    pub bytes: &'a [u8],
    /// Where they stand in the file.
    pub file: usize,
}

impl<'a> Module<'a> {
    /// Reads a module.
    ///
    /// # Errors
    /// Where it has parts that this does not know how to cut.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Box<dyn Error>> {
        let mut module = Self {
            bytes,
            ..Self::default()
        };
        let mut section = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            match &payload {
                Payload::Version { .. } | Payload::CodeSectionEntry(_) | Payload::End(_) => {}
                Payload::CodeSectionStart { .. } => module.code_section = section,
                Payload::DataSection(_) => module.data_section = section,
                _ => {}
            }
            let counts = !matches!(
                payload,
                Payload::Version { .. } | Payload::CodeSectionEntry(_) | Payload::End(_)
            );
            module.take(payload)?;
            section += u32::from(counts);
        }
        let functions = module.functions();
        module.names.resize(functions, "");
        Ok(module)
    }

    /// How many functions it imports.
    pub fn imported(&self) -> usize {
        let is_function = |import: &&Import| matches!(import.ty, TypeRef::Func(_));
        self.imports.iter().filter(is_function).count()
    }

    /// How many functions there are, with those it imports.
    pub fn functions(&self) -> usize {
        self.imported() + self.kinds.len()
    }

    /// The type of a function.
    pub fn kind(&self, function: usize) -> u32 {
        match function.checked_sub(self.imported()) {
            Some(defined) => self.kinds[defined],
            None => {
                let mut types = self.imports.iter().filter_map(|import| match import.ty {
                    TypeRef::Func(kind) => Some(kind),
                    _ => None,
                });
                types.nth(function).unwrap_or_default()
            }
        }
    }

    /// The function that is exported under this name.
    pub fn exported(&self, name: &str) -> Option<usize> {
        let found = self
            .exports
            .iter()
            .find(|export| export.kind == ExternalKind::Func && export.name == name);
        found.map(|export| export.index as usize)
    }

    /// The table of functions.
    pub fn functions_table(&self) -> Option<usize> {
        let is_of_functions =
            |table: &TableType| table.element_type == wasmparser::RefType::FUNCREF;
        self.tables.iter().position(is_of_functions)
    }

    /// The name of the function whose code stands so far into the section of code.
    pub fn name_at(&self, offset: usize) -> &'a str {
        let at = self.code.start + offset;
        let body = self.bodies.partition_point(|body| body.end <= at);
        self.names[self.imported() + body]
    }

    /// Where in memory a byte comes to lie that stands so far into the section of data.
    pub fn address_of(&self, offset: usize) -> Option<usize> {
        let at = self.data_at + offset;
        let mut data = self.data.iter();
        data.find_map(|data| {
            let within = at.checked_sub(data.file)?;
            (within < data.bytes.len()).then_some(data.at as usize + within)
        })
    }

    /// Which functions a body calls by their number, and where it does.
    ///
    /// # Errors
    /// Where the code cannot be read.
    pub fn calls(&self, body: &Range<usize>) -> Result<Vec<Call>, Box<dyn Error>> {
        let reader = wasmparser::BinaryReader::new(&self.bytes[body.clone()], body.start);
        let body = wasmparser::FunctionBody::new(reader);
        let mut calls = Vec::new();
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let (operator, at) = operators.read_with_offset()?;
            let to = match operator {
                Operator::Call { function_index } => function_index,
                Operator::RefFunc { .. } | Operator::ReturnCall { .. } => {
                    return Err("the page's program refers to functions in a new way".into());
                }
                Operator::MemoryInit { .. } | Operator::TableInit { .. } => {
                    return Err("the page's program holds passive segments".into());
                }
                _ => continue,
            };
            let end = operators.original_position();
            calls.push(Call {
                place: at..end,
                to: to as usize,
            });
        }
        Ok(calls)
    }

    /// Where each instruction begins of a function that is defined here.
    ///
    /// # Errors
    /// Where the code cannot be read.
    pub fn operators(&self, at: usize) -> Result<Vec<usize>, Box<dyn Error>> {
        let body = self.bodies[at].clone();
        let reader = wasmparser::BinaryReader::new(&self.bytes[body.clone()], body.start);
        let mut operators = wasmparser::FunctionBody::new(reader).get_operators_reader()?;
        let mut begins = Vec::new();
        while !operators.eof() {
            begins.push(operators.read_with_offset()?.1);
        }
        Ok(begins)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<(), Box<dyn Error>> {
        match payload {
            Payload::TypeSection(reader) => {
                self.types = &self.bytes[reader.range()];
                for kind in reader.into_iter_err_on_gc_types() {
                    self.kinds_of.push(kind?);
                }
            }
            Payload::ImportSection(reader) => {
                self.imports = reader.into_imports().collect::<Result<_, _>>()?;
            }
            Payload::FunctionSection(reader) => {
                self.kinds = reader.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(reader) => {
                self.memories_raw = &self.bytes[reader.range()];
                self.memories = reader.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::GlobalSection(reader) => {
                self.globals_raw = &self.bytes[reader.range()];
                for global in reader {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(reader) => {
                self.exports = reader.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(reader) => {
                for element in reader {
                    self.elements.push(read_element(element?)?);
                }
            }
            Payload::CodeSectionStart { range, .. } => self.code = range,
            Payload::CodeSectionEntry(body) => self.bodies.push(body.range()),
            Payload::DataSection(reader) => {
                self.data_at = reader.range().start;
                for data in reader {
                    self.data.push(read_data(data?)?);
                }
            }
            Payload::CustomSection(reader) => self.custom(&reader)?,
            Payload::Version { .. } | Payload::DataCountSection { .. } | Payload::End(_) => {}
            other => return Err(format!("a section that nobody expects: {other:?}").into()),
        }
        Ok(())
    }

    fn custom(
        &mut self,
        reader: &wasmparser::CustomSectionReader<'a>,
    ) -> Result<(), Box<dyn Error>> {
        match reader.as_known() {
            KnownCustom::Name(names) => {
                for part in names {
                    if let Name::Function(functions) = part? {
                        for naming in functions {
                            let naming = naming?;
                            let at = naming.index as usize;
                            if self.names.len() <= at {
                                self.names.resize(at + 1, "");
                            }
                            self.names[at] = naming.name;
                        }
                    }
                }
            }
            KnownCustom::Linking(linking) => {
                for part in linking.subsections() {
                    if let Linking::SymbolTable(symbols) = part? {
                        self.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                    }
                }
            }
            KnownCustom::Reloc(relocations) => {
                let entries = relocations.entries().into_iter();
                let entries = entries.collect::<Result<_, _>>()?;
                let section = relocations.section_index();
                self.relocations.push((section, entries));
            }
            _ => {}
        }
        Ok(())
    }
}

/// A call by number.
pub struct Call {
    /// Where it stands in the file.
    pub place: Range<usize>,
    pub to: usize,
}

fn read_element(element: wasmparser::Element) -> Result<Element, Box<dyn Error>> {
    let ElementKind::Active {
        table_index,
        offset_expr,
    } = element.kind
    else {
        return Err("an element segment that is not active".into());
    };
    let ElementItems::Functions(functions) = element.items else {
        return Err("an element segment of something else than functions".into());
    };
    Ok(Element {
        table: table_index.unwrap_or(0),
        at: constant(&offset_expr)?,
        functions: functions.into_iter().collect::<Result<_, _>>()?,
    })
}

fn read_data(data: wasmparser::Data<'_>) -> Result<Data<'_>, Box<dyn Error>> {
    let DataKind::Active { offset_expr, .. } = data.kind else {
        return Err("a data segment that is not active".into());
    };
    Ok(Data {
        at: constant(&offset_expr)?,
        bytes: data.data,
        file: data.range.end - data.data.len(),
    })
}

fn constant(expr: &ConstExpr) -> Result<u32, Box<dyn Error>> {
    match expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value.cast_unsigned()),
        other => Err(format!("an offset that is no plain number: {other:?}").into()),
    }
}
