import { Alert, Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { type Job, useChange, useJob, useRead } from '../../api/hooks'
import { JobProgress } from '../../ui/job'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'
import { ImportErrors } from './import-errors'
import { ImportFiles } from './import-files'
import { ImportRows } from './import-rows'

const texts = words({
  nl: {
    title: 'Import',
    lead: 'Kijk na wat er zou veranderen. Pas als u kiest wat u wilt, gebeurt het.',
    nothing: 'Geef eerst een bestand.',
    preview: 'Wat er zou gebeuren',
    show: 'Toon',
    new: 'Nieuw ({n})',
    changed: 'Gewijzigd ({n})',
    same: 'Ongewijzigd ({n})',
    none: 'Overgeslagen ({n})',
    errors: 'Fout ({n})',
    choose: 'Wat wilt u overnemen?',
    active: 'De {n, plural, one {# actieve onderneming} other {# actieve ondernemingen}}',
    all: 'Alle {n} ondernemingen',
    picked: 'Alleen wat ik aanvink ({n})',
    apply: 'Importeren',
    applying: 'Partners worden overgenomen',
    undoing: 'De import wordt teruggedraaid',
    applied: 'De import is uitgevoerd',
    applied_text:
      '{new} nieuw, {changed} gewijzigd, {same} ongewijzigd, {skipped} niet gekozen, {rejected} fout.',
    undone: 'De import is teruggedraaid',
    undone_text: '{removed} weer weg, {restored} weer zoals het was, {kept} met rust gelaten.',
    cancelled: 'Gestopt: er is niets veranderd.',
    failed: 'De import is niet uitgevoerd, en er is niets veranderd.',
    to_partners: 'Naar uw partners',
    to_imports: 'Naar alle imports',
    import_changed: 'De import is intussen gewijzigd. Bekijk hem opnieuw en kies nog eens.',
    import_nothing_picked:
      'Er is niets gekozen. Zonder auditfile is niet te zeggen wie actief is: kies alle ondernemingen.',
    partners_busy: 'De lijst met partners verandert steeds. Probeer het zo weer.',
    not_allowed: 'U mag dit niet meer.',
    to_inform:
      '{n, plural, one {# persoon moet} other {# personen moeten}} horen waar u de gegevens vandaan hebt, uiterlijk {day}.',
  },
  en: {
    title: 'Import',
    lead: 'Look at what would change. It happens only once you choose what you want.',
    nothing: 'Give a file first.',
    preview: 'What would happen',
    show: 'Show',
    new: 'New ({n})',
    changed: 'Changed ({n})',
    same: 'Unchanged ({n})',
    none: 'Skipped ({n})',
    errors: 'Wrong ({n})',
    choose: 'What do you want to take over?',
    active: 'The {n, plural, one {# active company} other {# active companies}}',
    all: 'All {n} companies',
    picked: 'Only what I tick ({n})',
    apply: 'Import',
    applying: 'Partners are taken over',
    undoing: 'The import is taken back',
    applied: 'The import was carried out',
    applied_text: '{new} new, {changed} changed, {same} unchanged, {skipped} not chosen, {rejected} wrong.',
    undone: 'The import was taken back',
    undone_text: '{removed} gone again, {restored} as they were, {kept} left alone.',
    cancelled: 'Stopped: nothing changed.',
    failed: 'The import was not carried out, and nothing changed.',
    to_partners: 'To your partners',
    to_imports: 'To all imports',
    import_changed: 'The import changed meanwhile. Look at it again and choose once more.',
    import_nothing_picked:
      'Nothing is chosen. Without an audit file nobody can tell who is active: choose all companies.',
    partners_busy: 'The list of partners keeps changing. Try again in a moment.',
    not_allowed: 'You may not do this any more.',
    to_inform:
      '{n, plural, one {# person has} other {# persons have}} to hear where you have their data from, by {day}.',
  },
})

const shows = ['new', 'changed', 'same', 'none', 'errors'] as const
const reasons = ['import_changed', 'import_nothing_picked', 'partners_busy', 'not_allowed'] as const
const LIVE: readonly string[] = ['waiting', 'running']

export default function Import() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/partners/import/$id' })
  const list = useRead('partners.imports.list', {})
  const jobs = useRead('jobs.list', { limit: 50 })
  const known = list.data?.items.find((one) => one.id === id)
  const begun = jobs.data?.items.find(({ subject }) => subject === id)
  const job = useJob(begun?.id ?? null)
  const client = useQueryClient()
  const ended = job?.ended_at ?? null
  useEffect(() => {
    if (ended !== null)
      void client.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[0]).startsWith('partners.'),
      })
  }, [client, ended])
  const isLive = job !== null && LIVE.includes(job.state)
  const state = known?.state ?? 'expired'
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={jobs}>
        <Loaded of={list}>
          {job && isLive && (
            <JobProgress
              job={job}
              title={say(job.kind === 'partners.import_undo' ? 'undoing' : 'applying')}
            />
          )}
          {job && !isLive && <Outcome job={job} />}
          {!isLive && state === 'open' && <Open id={id} hasFiles={(known?.files ?? 0) > 0} />}
          <TextLink to="/partners/import">{say('to_imports')}</TextLink>
        </Loaded>
      </Loaded>
    </Page>
  )
}

/** What came of it. */
function Outcome({ job }: { readonly job: Job }) {
  const say = useWords(texts)
  const { day } = useFormats()
  const { state, kind, code } = job
  const result = (job.result ?? {}) as Record<string, number> & {
    to_inform?: { count: number; due_at: string } | null
  }
  if (state === 'cancelled') return <Alert title={say('cancelled')} color="gray" role="status" />
  if (state === 'failed') {
    const reason = reasons.find((one) => one === code)
    return (
      <Alert title={say('failed')} color="red" role="status">
        {reason && say(reason)}
      </Alert>
    )
  }
  const isUndo = kind === 'partners.import_undo'
  const { to_inform: toInform = null, ...counts } = result
  return (
    <Alert title={say(isUndo ? 'undone' : 'applied')} color="green" role="status">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{say(isUndo ? 'undone_text' : 'applied_text', counts)}</Text>
        {toInform && (
          <Text size="sm">{say('to_inform', { n: toInform.count, day: day(toInform.due_at) })}</Text>
        )}
        <TextLink to="/partners">{say('to_partners')}</TextLink>
      </Stack>
    </Alert>
  )
}

/** Files, what they would bring, and the choice. */
function Open({ id, hasFiles }: { readonly id: string; readonly hasFiles: boolean }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { number } = useFormats()
  const { show: asked } = useSearch({ from: '/inside/partners/import/$id' })
  const preview = useRead('partners.imports.preview', { id, limit: 1 }, hasFiles)
  const start = useChange('partners.imports.start', ['jobs.', 'partners.imports.list'])
  const [choice, setChoice] = useState<'active' | 'all' | 'picked' | null>(null)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const counts = preview.data?.counts
  if (!hasFiles) return <ImportFiles id={id} />
  const chosen = choice ?? ((counts?.proposed ?? 0) > 0 ? 'active' : 'all')
  const ofShow = {
    ...{ new: counts?.new ?? 0, changed: counts?.changed ?? 0, same: counts?.same ?? 0 },
    none: (counts?.rows ?? 0) - (counts?.new ?? 0) - (counts?.changed ?? 0) - (counts?.same ?? 0),
    errors: counts?.rejected ?? 0,
  }
  const show = shows.find((one) => one === asked) ?? shows.find((one) => ofShow[one] > 0) ?? 'new'
  const isPicking = chosen === 'picked'
  return (
    <>
      <ImportFiles id={id} />
      <Loaded of={preview}>
        {(counts?.rows ?? 0) === 0 ? (
          <Empty>{shared('none')}</Empty>
        ) : (
          <Section title={say('choose')}>
            <Radio.Group
              value={chosen}
              onChange={(value) => setChoice(value as typeof chosen)}
              aria-label={say('choose')}
            >
              <Stack gap="xs">
                <Radio
                  value="active"
                  disabled={counts?.proposed === 0}
                  label={say('active', { n: counts?.proposed ?? 0 })}
                />
                <Radio value="all" label={say('all', { n: number(counts?.organisations ?? 0) })} />
                <Radio value="picked" label={say('picked', { n: number(picked.size) })} />
              </Stack>
            </Radio.Group>
            {start.error && <Failure error={start.error} />}
            <Group>
              <Button
                loading={start.isPending}
                disabled={isPicking && picked.size === 0}
                onClick={() =>
                  start.mutate({ id, what: 'apply', pick: isPicking ? [...picked] : (chosen as 'active') })
                }
              >
                {say('apply')}
              </Button>
            </Group>
          </Section>
        )}
        <Section title={say('preview')}>
          <nav className="room-nav no-print" aria-label={say('show')}>
            {shows.map((value) => (
              <Link
                key={value}
                to="/partners/import/$id"
                params={{ id }}
                search={{ show: value }}
                replace
                activeProps={{}}
                {...(value === show && { 'aria-current': 'page' as const })}
              >
                {say(value, { n: number(ofShow[value]) })}
              </Link>
            ))}
          </nav>
          {show === 'errors' ? (
            <ImportErrors id={id} />
          ) : (
            <ImportRows
              id={id}
              show={show}
              picked={isPicking ? picked : null}
              onPick={(key) =>
                setPicked((before) => {
                  const after = new Set(before)
                  if (!after.delete(key)) after.add(key)
                  return after
                })
              }
            />
          )}
        </Section>
      </Loaded>
    </>
  )
}
