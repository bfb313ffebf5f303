import { Button, Group, Paper, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { call, type Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { isProblem } from '../../api/problem'
import { Claims } from '../../ui/claims'
import { TextLink } from '../../ui/link'
import { Fact, Failure, Loaded, Page, Section } from '../../ui/page'
import { saveFile } from '../../ui/save-file'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useEndings } from '../../words/endings'
import { useTerms } from '../../words/purposes'
import { useFormats, useWords, words } from '../../words/words'
import { PassOn } from './pass-on'

const texts = words({
  nl: {
    title_given: 'Wat {name} mag zien',
    title_held: 'Wat wij mogen zien',
    what: 'Gegevens',
    purpose: 'Waarvoor',
    basis: 'Grondslag',
    from: 'Vanaf',
    until: 'Tot en met',
    looks: 'Wie keek er',
    end: 'Hoe het eindigde',
    reason: 'Reden',
    at: 'Wanneer',
    copy: 'Kopieën',
    copy_waiting: 'nog niets over gezegd',
    copy_deleted: 'verwijderd op {day}',
    copy_kept: 'er blijft een kopie: {reason}',
    copy_kept_until: 'er blijft een kopie tot en met {day}: {reason}',
    copy_overdue: 'De termijn voor die kopie is voorbij.',
    say_copy: 'Zeg wat er met uw kopie is gebeurd',
    say_copy_lead: 'Wie dit deelde, krijgt dit te horen.',
    copy_gone: 'Alles wat wij lazen is verwijderd',
    copy_stays: 'Er blijft een kopie',
    why_stays: 'Waarom er een kopie blijft',
    stays_until: 'Tot en met (dag)',
    tell_copy: 'Melden',
    told_copy: 'Gemeld.',
    rate: 'Kwam uit wat het u zou brengen?',
    rate_lead: 'Wie u later weer iets vraagt, laat zien hoe vaak het uitkwam.',
    yes: 'Ja',
    partly: 'Deels',
    no: 'Nee',
    note: 'Aantekening voor uzelf (leest niemand anders)',
    send_rate: 'Bewaren',
    rated: 'Bewaard.',
    keep: 'Als bestand bewaren',
    keep_lead: 'Voor een ander die wil nagaan wat er is afgesproken. Er staan geen gegevens zelf in.',
    consent_record: 'Toestemmingsbewijs (ISO/IEC TS 27560)',
    odrl: 'Overeenkomst in ODRL',
    ishare: 'Bewijs voor iSHARE',
    saved:
      'Bewaard. {n, plural, =0 {Het bestand zegt alles wat de toestemming zegt.} one {Eén ding zegt dit bestand niet: {fields}.} other {# dingen zegt dit bestand niet: {fields}.}}',
    proof: 'Bewijs dat wij dit mogen zien',
    proof_lead: 'Een derde kan ermee nagaan dat deze toestemming echt is, zonder te zien wat zij opent.',
    save_proof: 'Bewijs bewaren',
  },
  en: {
    title_given: 'What {name} may see',
    title_held: 'What we may see',
    what: 'Data',
    purpose: 'What for',
    basis: 'Legal basis',
    from: 'From',
    until: 'Until',
    looks: 'Who looked',
    end: 'How it ended',
    reason: 'Reason',
    at: 'When',
    copy: 'Copies',
    copy_waiting: 'nothing said of them yet',
    copy_deleted: 'deleted on {day}',
    copy_kept: 'a copy stays: {reason}',
    copy_kept_until: 'a copy stays until {day}: {reason}',
    copy_overdue: 'The time for that copy is over.',
    say_copy: 'Say what became of your copy',
    say_copy_lead: 'Who shared this is told.',
    copy_gone: 'All that we read is deleted',
    copy_stays: 'A copy stays',
    why_stays: 'Why a copy stays',
    stays_until: 'Until (day)',
    tell_copy: 'Tell',
    told_copy: 'Told.',
    rate: 'Did what it would bring you come true?',
    rate_lead: 'Who asks you again shows how often it did.',
    yes: 'Yes',
    partly: 'Partly',
    no: 'No',
    note: 'A note for yourself (nobody else reads it)',
    send_rate: 'Keep',
    rated: 'Kept.',
    keep: 'Keep as a file',
    keep_lead: 'For somebody who wants to check what was agreed. The data itself is not in it.',
    consent_record: 'Consent record (ISO/IEC TS 27560)',
    odrl: 'Agreement in ODRL',
    ishare: 'Evidence for iSHARE',
    saved:
      'Kept. {n, plural, =0 {The file says all that the grant says.} one {One thing this file does not say: {fields}.} other {# things this file does not say: {fields}.}}',
    proof: 'Proof that we may see this',
    proof_lead: 'Somebody else can check with it that this grant is real, without seeing what it opens.',
    save_proof: 'Save the proof',
  },
})

type Terms = Output<'access.export'>

/** One grant, of either side: its terms, how it ended, and what can be said of it. */
export default function Grant() {
  const { id = '' } = useParams({ strict: false })
  const say = useWords(texts)
  const { day } = useFormats()
  const { purposes, basis } = useTerms()
  const read = useRead('access.export', { id })
  const grant = read.data
  return (
    <Page
      title={
        grant?.side === 'held' ? say('title_held') : say('title_given', { name: grant?.grantee.name ?? '…' })
      }
    >
      <Loaded of={read}>
        {grant && (
          <>
            <Paper withBorder p="md" radius="md">
              <dl className="facts">
                <Fact name={say('what')}>
                  <Claims of={grant.claims} />
                </Fact>
                <Fact name={say('purpose')}>{purposes(grant.purpose)}</Fact>
                <Fact name={say('basis')}>{basis(grant.legal_basis)}</Fact>
                <Fact name={say('from')}>{day(grant.from)}</Fact>
                <Fact name={say('until')}>{day(grant.until)}</Fact>
              </dl>
              {grant.side === 'given' && (
                <TextLink to="/looks" size="sm" mt="sm" className="no-print">
                  {say('looks')}
                </TextLink>
              )}
            </Paper>
            <Ending of={grant} />
            {grant.side === 'given' && <Rate grant={id} />}
            {grant.side === 'held' && <Proof id={id} />}
            <Files id={id} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** How it ended and what became of copies; where it has not, who may read along on our behalf. */
function Ending({ of: grant }: { readonly of: Terms }) {
  const say = useWords(texts)
  const { day, moment } = useFormats()
  const ending = useEndings()
  const passesOn = hasRole(useWho(), 'coordinator', 'administrator')
  const receipt = useRead('access.receipt', { id: grant.grant })
  if (isProblem(receipt.error, 'grant_live'))
    return grant.side === 'held' && passesOn ? <PassOn grant={grant.grant} claims={grant.claims} /> : null
  const { ended, copy } = receipt.data ?? {}
  return (
    <Section title={say('end')}>
      <Loaded of={receipt}>
        {ended && copy && (
          <Paper withBorder p="md" radius="md">
            <dl className="facts">
              <Fact name={say('reason')}>{ending(ended.code)}</Fact>
              {ended.at !== null && <Fact name={say('at')}>{moment(ended.at)}</Fact>}
              <Fact name={say('copy')}>
                {copy.state === 'waiting' && say('copy_waiting')}
                {copy.state === 'deleted' && say('copy_deleted', { day: day(copy.at ?? grant.until) })}
                {copy.state === 'kept' &&
                  (copy.until === null
                    ? say('copy_kept', { reason: copy.reason ?? '' })
                    : say('copy_kept_until', { reason: copy.reason ?? '', day: day(copy.until) }))}
                {copy.overdue && ` ${say('copy_overdue')}`}
              </Fact>
            </dl>
          </Paper>
        )}
        {grant.side === 'held' && copy && copy.state !== 'deleted' && <SayOfCopy grant={grant.grant} />}
      </Loaded>
    </Section>
  )
}

function SayOfCopy({ grant }: { readonly grant: string }) {
  const say = useWords(texts)
  const tell = useTell()
  const [typed, type, forget] = useTyped(`copy of ${grant}`, { what: 'gone', reason: '', until: '' })
  const send = useChange('access.deleted', ['access.receipt'])
  const stays = typed.what === 'stays'
  return (
    <Paper
      component="form"
      withBorder
      p="md"
      radius="md"
      onSubmit={(event) => {
        event.preventDefault()
        send.mutate(
          {
            grant,
            ...(stays && {
              kept_reason: typed.reason,
              ...(typed.until !== '' && { kept_until: typed.until }),
            }),
          },
          {
            onSuccess: () => {
              forget()
              tell({ text: say('told_copy') })
            },
          },
        )
      }}
    >
      <Stack gap="sm" align="flex-start">
        <Radio.Group
          label={say('say_copy')}
          description={say('say_copy_lead')}
          value={typed.what}
          onChange={(what) => type({ what })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="gone" label={say('copy_gone')} />
            <Radio value="stays" label={say('copy_stays')} />
          </Stack>
        </Radio.Group>
        {stays && (
          <>
            <Textarea
              label={say('why_stays')}
              required
              maxLength={1000}
              autosize
              w="100%"
              value={typed.reason}
              onChange={({ currentTarget: { value } }) => type({ reason: value })}
            />
            <TextInput
              type="date"
              label={say('stays_until')}
              value={typed.until}
              onChange={({ currentTarget: { value } }) => type({ until: value })}
            />
          </>
        )}
        {send.error && <Failure error={send.error} />}
        <Button type="submit" loading={send.isPending}>
          {say('tell_copy')}
        </Button>
      </Stack>
    </Paper>
  )
}

function Rate({ grant }: { readonly grant: string }) {
  const say = useWords(texts)
  const tell = useTell()
  const [typed, type, forget] = useTyped(`rating of ${grant}`, { came_true: '', note: '' })
  const rate = useChange('access.rate', ['access.'])
  const answers = ['yes', 'partly', 'no'] as const
  const answer = answers.find((one) => one === typed.came_true)
  return (
    <Section title={say('rate')}>
      <Paper
        component="form"
        withBorder
        p="md"
        radius="md"
        onSubmit={(event) => {
          event.preventDefault()
          if (answer)
            rate.mutate(
              { grant, came_true: answer, ...(typed.note.trim() !== '' && { note: typed.note }) },
              {
                onSuccess: () => {
                  forget()
                  tell({ text: say('rated') })
                },
              },
            )
        }}
      >
        <Stack gap="sm" align="flex-start">
          <Radio.Group
            aria-label={say('rate')}
            description={say('rate_lead')}
            value={typed.came_true}
            onChange={(came_true) => type({ came_true })}
          >
            <Group mt="xs">
              {answers.map((one) => (
                <Radio key={one} value={one} label={say(one)} />
              ))}
            </Group>
          </Radio.Group>
          <TextInput
            label={say('note')}
            maxLength={1000}
            w="100%"
            value={typed.note}
            onChange={({ currentTarget: { value } }) => type({ note: value })}
          />
          {rate.error && <Failure error={rate.error} />}
          <Button type="submit" variant="default" disabled={!answer} loading={rate.isPending}>
            {say('send_rate')}
          </Button>
        </Stack>
      </Paper>
    </Section>
  )
}

const formats = [
  ['consent-record', 'consent_record'],
  ['odrl', 'odrl'],
  ['ishare', 'ishare'],
] as const

function Files({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const tell = useTell()
  const [error, setError] = useState<unknown>(null)
  const save = async (format: (typeof formats)[number][0]) => {
    setError(null)
    try {
      const { document, lost } = await call('access.export', { id, format })
      saveFile(`${id}.${format}.json`, 'application/json', JSON.stringify(document, null, 2))
      const fields = lost.map(({ field }) => field).join(', ')
      tell({ text: say('saved', { n: lost.length, fields }) })
    } catch (cause) {
      setError(cause)
    }
  }
  return (
    <Section title={say('keep')}>
      <Text size="sm" c="dimmed">
        {say('keep_lead')}
      </Text>
      {error !== null && <Failure error={error} />}
      <Group className="no-print">
        {formats.map(([format, name]) => (
          <Button key={format} variant="default" className="wraps" onClick={() => save(format)}>
            {say(name)}
          </Button>
        ))}
      </Group>
    </Section>
  )
}

function Proof({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const tell = useTell()
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setError(null)
    try {
      const { presentation } = await call('access.proof', { id })
      saveFile(`${id}.sd-jwt`, 'application/dc+sd-jwt', presentation)
      tell({ text: shared('done') })
    } catch (cause) {
      setError(cause)
    }
  }
  return (
    <Section title={say('proof')}>
      <Text size="sm" c="dimmed">
        {say('proof_lead')}
      </Text>
      {error !== null && <Failure error={error} />}
      <Group className="no-print">
        <Button variant="default" onClick={save}>
          {say('save_proof')}
        </Button>
      </Group>
    </Section>
  )
}
