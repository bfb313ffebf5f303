import { open } from 'node:fs/promises'
import { type CommandDeps, type HandWritten, Session } from '../command.ts'
import { CommandFailure, UsageError } from '../failure.ts'
import { openUpload } from '../upload.ts'

const PAGE = 10_000

interface Options {
  readonly pick?: string
  readonly roles?: string
  readonly mapping?: string
  readonly mappingName?: string
  readonly activeMonths?: string
  readonly dormantMonths?: string
  readonly errors?: string
}

interface Preview {
  readonly rows: readonly unknown[]
  readonly next: string | null
  readonly counts: Readonly<Record<string, number>>
}

/** `regie partners import`: files to a preview, and with `--pick` to partners. */
export const partnersImportCommand: HandWritten = {
  path: ['partners', 'import'],
  summary: 'Look through debtor lists and audit files, and import the partners you pick',
  needs: ['create', 'upload', 'preview', 'apply', 'errors'].map((verb) => `partners.imports.${verb}`),
  build: (command, deps) => {
    command
      .argument('<files...>', 'debtor and creditor lists (CSV), audit files (XAF)')
      .option(
        '--pick <what>',
        'import active, all, or keys of the preview, comma separated; without it only look',
      )
      .option('--errors <file>', 'write the bad rows to this CSV file, to mend and import again')
      .option('--roles <a,b>', 'what the relations of a list are to us: customer, supplier')
      .option(
        '--mapping <json>',
        'which heading of a list means what; remembered for lists with these headings',
      )
      .option('--mapping-name <package>', 'what that mapping is known by: regie partners mappings list')
      .option('--active-months <n>', 'active: dealt with so many months before the latest booking')
      .option('--dormant-months <n>', 'dormant: so many months before it')
      .addHelpText('after', '\nExample:\n  regie partners import debiteuren.csv auditfile.xaf --pick active')
      .action(async (files: readonly string[], options: Options) => {
        await importPartners(new Session(deps, command), deps, files, options)
      })
  },
}

async function importPartners(
  session: Session,
  deps: CommandDeps,
  files: readonly string[],
  options: Options,
): Promise<void> {
  const uploads = await Promise.all(files.map((file) => openUpload(file, deps.io)))
  const { id } = (await session.call('partners.imports.create', {
    ...(options.activeMonths && { active_months: wholeNumber('active-months', options.activeMonths) }),
    ...(options.dormantMonths && { dormant_months: wholeNumber('dormant-months', options.dormantMonths) }),
  })) as { id: string }
  const details = {
    ...(options.roles && { roles: listOf(options.roles) }),
    ...(options.mapping && { mapping: options.mapping }),
    ...(options.mappingName && { mapping_name: options.mappingName }),
  }
  const reports: unknown[] = []
  for (const upload of uploads)
    reports.push(
      await session.call('partners.imports.upload', { id, name: upload.name, ...details }, { upload }),
    )
  const preview = await wholePreview(session, id)
  if (options.errors !== undefined && preview.counts.rejected) {
    await writeErrors(session, id, options.errors)
    deps.io.stderr.write(`${badRows[session.print.language]} ${options.errors}\n`)
  }
  const result =
    options.pick && (await session.call('partners.imports.apply', { id, pick: pickOf(options.pick) }))
  const all = { id, files: reports, preview, result: result ?? null }
  if (result || session.print.json || session.print.quiet) return session.show('partners.import', all)
  session.show('partners.imports.preview', preview)
  deps.io.stderr.write(
    `${notYet[session.print.language]} ${session.print.regie} partners imports apply ${id} --pick active\n`,
  )
}

/** The preview with all its pages. */
async function wholePreview(session: Session, id: string): Promise<Preview> {
  const page = async (cursor?: string) =>
    (await session.call('partners.imports.preview', {
      id,
      limit: PAGE,
      ...(cursor && { cursor }),
    })) as Preview
  const first = await page()
  const rows = [...first.rows]
  for (let next = first.next; next !== null; ) {
    const more = await page(next)
    rows.push(...more.rows)
    next = more.next
  }
  return { ...first, rows, next: null }
}

/** Bad rows hold personal data: the file is the caller's alone. */
async function writeErrors(session: Session, id: string, file: string): Promise<void> {
  const { csv } = (await session.call('partners.imports.errors', { id })) as { csv: string }
  try {
    const handle = await open(file, 'w', 0o600)
    try {
      // The mode given above does not change a file that was there already.
      await handle.chmod(0o600)
      await handle.writeFile(csv)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw new CommandFailure({ code: 'file_not_written', title: `${file} cannot be written` }, { cause })
  }
}

const badRows = { en: 'bad rows:', nl: 'foute regels:' } as const
const notYet = { en: 'nothing is imported yet:', nl: 'er is nog niets geïmporteerd:' } as const

const pickOf = (text: string): string | string[] =>
  text === 'active' || text === 'all' ? text : listOf(text)

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new UsageError(`--${flag} takes a whole number`)
  return Number(text)
}
