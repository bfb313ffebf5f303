export { unguard, writeCsv } from './csv.ts'
export { Html, html, type Part } from './html.ts'
export { type DocumentLanguage, documentLanguages, type Page, page, styleSources } from './page.ts'
export { dayInWords, timeInWords } from './time.ts'
