import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/*
 * docs/conformance.md is a claim: of each demand it says where the code meets it and which test shows that. A file is
 * named in backticks, by as much of its path as tells it apart; what stands in “…” after a test file is written in it, as
 * the title of a test or of a row of its table. A demand that no test shows has to say so.
 */
const files = ['src', 'test', 'bench'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
)
const document = readFileSync('docs/conformance.md', 'utf8')

/** A line of a table; what a section says before its tables is where its files lie. */
interface Row {
  readonly section: string
  readonly demand: string
  readonly where: string
  readonly shown: string
  readonly folders: readonly string[]
  /** The test file of the section, where it names one for all its demands. */
  readonly ownTests: string | undefined
}

const rows: readonly Row[] = document.split(/^(?=## )/m).flatMap((section) => {
  const lines = section.split('\n')
  const [title = ''] = lines
  const words = lines.filter((line) => !line.startsWith('|')).join(' ')
  const folders = [...words.matchAll(/`((?:[\w@.-]+\/)+)`/g)].map(([, folder = '']) => folder)
  const ownTests = /`([\w./-]+\.test\.ts)`/.exec(words)?.[1]
  return lines.flatMap((line, at) => {
    // A head is the line above the one of dashes.
    if (!/^\| /.test(line) || lines[at + 1]?.startsWith('|---')) return []
    const cells = line.replace(/^\| | \|$/g, '').split(' | ')
    const [shown = ''] = cells.slice(-1)
    const where = cells.slice(cells.length > 2 ? -2 : -1)[0] ?? ''
    return [{ section: title, demand: line.slice(0, 100), where, shown, folders, ownTests }]
  })
})

/** The files that a name may mean: in the folders of its section, or anywhere when there is only one. */
function filesOf(name: string, folders: readonly string[]): string[] {
  const wanted = name.replace(/\/$/, '')
  const near = folders
    .flatMap((folder) => ['', 'src/', 'src/oid4vci/'].map((above) => `${above}${folder}${wanted}`))
    .filter((path) => files.includes(path))
  if (near[0] !== undefined) return [near[0]]
  return files.filter((path) => path === wanted || path.endsWith(`/${wanted}`))
}

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/\\?['’]/g, '’')

/** What a row claims that is not so. */
function faultsOf({ where, shown, folders, ownTests }: Row): string[] {
  const faults: string[] = []
  for (const [, name = ''] of where.matchAll(/`([\w@./-]+(?:\.ts|\/))`/g))
    if (filesOf(name, folders).length === 0) faults.push(`there is no ${name}`)
  let text = ownTests && readTest(ownTests)
  for (const [, name, title] of shown.matchAll(/`([\w./-]+\.test\.ts)`|“([^”]+)”/g)) {
    if (name !== undefined) text = readTest(name)
    else if (title !== undefined && !text?.includes(plain(title))) faults.push(`no test says “${title}”`)
  }
  const isShown = /\.test\.ts`|“/.test(shown)
  if (!isShown && !/\bgap\b|^not |^–$|^as above$/.test(shown))
    faults.push('shown by nothing, and does not say so')
  return faults

  function readTest(name: string): string {
    const found = filesOf(name, folders)
    if (found.length !== 1) faults.push(`${found.length} files are called ${name}`)
    return plain(readFileSync(found[0] ?? 'docs/conformance.md', 'utf8'))
  }
}

describe('what docs/conformance.md claims', () => {
  test('names many demands, and titles of tests for most', () => {
    expect(rows.length).toBeGreaterThan(200)
    expect(rows.filter(({ shown }) => shown.includes('“')).length).toBeGreaterThan(rows.length / 2)
  })

  test.each(rows)('is there: $section $demand', (row) => {
    expect(faultsOf(row)).toEqual([])
  })

  const claim: Row = {
    ...{ section: '', demand: '', where: '`jose/jwe.ts`', shown: '', folders: ['src/verification/'] },
    ownTests: undefined,
  }
  test.each([
    ['a file that is gone', { ...claim, where: '`jose/gone.ts`', shown: 'gap' }],
    ['a test file that is gone', { ...claim, shown: '`gone.test.ts`' }],
    ['a test that is gone', { ...claim, shown: '`flow.test.ts` “nobody wrote this one”' }],
    ['a file name that several have', { ...claim, folders: [], shown: '`interop.test.ts`' }],
    ['no test, and no word about it', { ...claim, shown: 'surely' }],
  ])('would not stand with %s', (_what, row) => {
    expect(faultsOf(row)).not.toEqual([])
  })
})
