/** Spreadsheets run text that starts with one of these as a formula (OWASP, "CSV Injection"). */
const FORMULA = /^'*[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/u;

/** Text that a spreadsheet takes for text; {@link fromCsvText} undoes it. */
export function toCsvText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that {@link toCsvText} made safe; any other comes back as it is. */
export function fromCsvText(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}
