import { parseDocument } from 'yaml'
import { Refusal } from '../core/index.ts'

const MAX_CHARACTERS = 65_536
/** Bounds what aliases may unfold to; a file that fits one screen needs none. */
const MAX_ALIASES = 20
const MAX_DEPTH = 10

/**
 * Reads one YAML 1.2 document that is plain data: duplicate keys, tags of others, many aliases and depth are refused.
 * @param file its name, for the message
 * @throws Refusal `config_invalid`
 */
export function parseYaml(text: string, file: string): unknown {
  if (text.length > MAX_CHARACTERS) throw unreadable(file, 'it is larger than 64 kB')
  const document = parseDocument(text, { uniqueKeys: true, strict: true, prettyErrors: true, version: '1.2' })
  const fault = document.errors[0] ?? document.warnings[0]
  if (fault) throw unreadable(file, faults[fault.code] ?? 'this is not YAML', fault.linePos?.[0].line)
  const value = unfolded(() => document.toJS({ maxAliasCount: MAX_ALIASES }), file)
  if (depth(value) > MAX_DEPTH) throw unreadable(file, 'it is nested too deep')
  return value
}

const faults: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'a key occurs twice',
  MULTIPLE_DOCS: 'it holds more than one document',
  TAG_RESOLVE_FAILED: 'it uses an unknown tag',
  BAD_INDENT: 'the indentation is wrong',
  TAB_AS_INDENT: 'a tab is used to indent',
}

function unfolded(read: () => unknown, file: string): unknown {
  try {
    return read()
  } catch {
    // Either too many aliases or one that names nothing.
    throw unreadable(file, 'its aliases cannot be followed')
  }
}

function depth(value: unknown, level = 0): number {
  if (typeof value !== 'object' || value === null || level > MAX_DEPTH) return level
  return Object.values(value).reduce<number>(
    (most, item) => Math.max(most, depth(item, level + 1)),
    level + 1,
  )
}

function unreadable(file: string, why: string, line?: number): Refusal {
  const place = line === undefined ? '' : `, line ${line}`
  return new Refusal('invalid', 'config_invalid', `${file}${place}: ${why}`, {
    params: { file, path: '', ...(line === undefined ? {} : { line }) },
  })
}
