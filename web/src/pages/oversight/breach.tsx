import {
  Alert,
  Badge,
  Button,
  Group,
  List,
  Paper,
  Radio,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { call, type Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Confirm } from '../../ui/confirm'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { saveFile } from '../../ui/save-file'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { breachWords } from '../../words/breaches'
import { useFormats, useLanguage, useWords, words } from '../../words/words'
import { BreachClock } from './breach-clock'

type Breach = Output<'breaches.show'>

const texts = words({
  nl: {
    title: 'Datalek',
    state: 'Stand',
    clock: 'Klok',
    what: 'Wat er gebeurde',
    discovered: 'Ontdekt',
    deadline: 'Besluiten en melden voor',
    period: 'Kan hebben geduurd',
    period_of: 'van {from} tot {until}',
    nature: 'Wat er met de gegevens gebeurde',
    cause: 'Oorzaak',
    systems: 'Systemen',
    consequences: 'Gevolgen voor de betrokkenen',
    measures: 'Wat is gedaan',
    authority: 'Melden bij de AP',
    persons: 'Betrokkenen inlichten',
    yes: 'ja, besloten op {at}',
    no: 'nee, besloten op {at}',
    undecided: 'nog niet besloten',
    reported: 'Gemeld bij de AP',
    told: 'Betrokkenen ingelicht',
    missing: 'Wat nog moet gebeuren',
    decide_authority: 'Besluiten over de AP',
    decide_persons: 'Besluiten over betrokkenen',
    decide_authority_what: 'Melden is nodig, tenzij een risico voor de betrokkenen onwaarschijnlijk is.',
    decide_persons_what: 'Inlichten is nodig als het risico voor de betrokkenen hoog is.',
    decision: 'Besluit',
    do_report: 'Ja',
    do_not: 'Nee',
    reason: 'Waarom?',
    report_done: 'Gemeld bij de AP',
    persons_done: 'Betrokkenen zijn ingelicht',
    note: 'Notitie',
    report_done_what: 'Leg vast hoe u meldde, en het nummer dat de AP gaf.',
    persons_done_what: 'Leg vast wie u inlichtte, en hoe.',
    note_what: 'Voor het logboek van deze zaak.',
    how: 'Wat is gedaan?',
    when: 'Wanneer',
    when_help: 'Leeg: nu',
    amend: 'Aanvullen',
    amend_what: 'Wat u leeg laat, blijft zoals het was.',
    changed: 'Wat is er nieuw?',
    close: 'Zaak sluiten',
    close_what: 'Een gesloten zaak kan niet meer worden gewijzigd.',
    learned: 'Wat hebt u ervan geleerd?',
    done: 'Gedaan.',
    affected: 'Wiens gegevens het kan betreffen',
    affected_of:
      'Uit het logboek: {parties, plural, one {# persoon of organisatie} other {# personen of organisaties}}, {looks, plural, one {# keer} other {# keer}} ingezien.',
    nobody: 'Het logboek van wie keek noemt niemand in deze periode.',
    not_in_log: 'Wat buiten deze omgeving om is ingezien, staat er niet in.',
    log: 'Wat er gedaan is',
    opened: 'vastgelegd',
    amended: 'aangevuld',
    authority_decided: 'besloten over de AP',
    persons_decided: 'besloten over betrokkenen',
    persons_told: 'betrokkenen ingelicht',
    closed: 'gesloten',
    download: 'Verslag opslaan',
  },
  en: {
    title: 'Breach',
    state: 'State',
    clock: 'Clock',
    what: 'What happened',
    discovered: 'Discovered',
    deadline: 'Decide and report by',
    period: 'May have lasted',
    period_of: 'from {from} until {until}',
    nature: 'What happened to the data',
    cause: 'Cause',
    systems: 'Systems',
    consequences: 'Consequences for the persons',
    measures: 'What was done',
    authority: 'Reporting to the AP',
    persons: 'Telling the persons',
    yes: 'yes, decided on {at}',
    no: 'no, decided on {at}',
    undecided: 'not decided yet',
    reported: 'Reported to the AP',
    told: 'Persons told',
    missing: 'What is still to be done',
    decide_authority: 'Decide about the AP',
    decide_persons: 'Decide about the persons',
    decide_authority_what: 'Reporting is needed, unless a risk to the persons is unlikely.',
    decide_persons_what: 'Telling them is needed where the risk to the persons is high.',
    decision: 'Decision',
    do_report: 'Yes',
    do_not: 'No',
    reason: 'Why?',
    report_done: 'Reported to the AP',
    persons_done: 'Persons were told',
    note: 'Note',
    report_done_what: 'Write down how you reported it, and the number the AP gave.',
    persons_done_what: 'Write down whom you told, and how.',
    note_what: 'For the log of this case.',
    how: 'What was done?',
    when: 'When',
    when_help: 'Empty: now',
    amend: 'Add to it',
    amend_what: 'What you leave empty stays as it was.',
    changed: 'What is new?',
    close: 'Close the case',
    close_what: 'A closed case cannot be changed any more.',
    learned: 'What did you learn from it?',
    done: 'Done.',
    affected: 'Whose data it may be about',
    affected_of:
      'From the log: {parties, plural, one {# person or organisation} other {# persons or organisations}}, looked at {looks, plural, one {# time} other {# times}}.',
    nobody: 'The log of who looked names nobody in this period.',
    not_in_log: 'What was seen outside this place is not in it.',
    log: 'What was done',
    opened: 'written down',
    amended: 'added to',
    authority_decided: 'decided about the AP',
    persons_decided: 'decided about the persons',
    persons_told: 'persons told',
    closed: 'closed',
    download: 'Save the report',
  },
})

const touches = ['breaches.']

export default function BreachPage() {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { id } = useParams({ from: '/inside/oversight/breaches/$id' })
  const found = useRead('breaches.show', { id })
  const [failed, setFailed] = useState<unknown>(null)
  const save = async () => {
    try {
      setFailed(null)
      const { html } = await call('breaches.report', { id, format: 'html', language })
      saveFile(`${id}.html`, 'text/html', html ?? '')
    } catch (error) {
      setFailed(error)
    }
  }
  return (
    <Page
      title={found.data?.title ?? say('title')}
      actions={
        found.data && (
          <Button variant="default" onClick={save}>
            {say('download')}
          </Button>
        )
      }
    >
      {failed ? <Failure error={failed} /> : null}
      <Loaded of={found}>{found.data && <Shown one={found.data} />}</Loaded>
    </Page>
  )
}

function Shown({ one }: { readonly one: Breach }) {
  const say = useWords(texts)
  const sayBreach = useWords(breachWords)
  const { moment } = useFormats()
  const who = useWho()
  const report = useRead('breaches.report', { id: one.id, format: 'json' })
  const decided = (about: Breach['authority']) =>
    about === null ? say('undecided') : say(about.report ? 'yes' : 'no', { at: moment(about.at) })
  const said = report.data?.report
  const written = [
    ['cause', said?.what.cause],
    ['systems', said?.what.systems],
    ['consequences', said?.consequences],
    ['measures', said?.measures],
  ] as const
  return (
    <>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('state')}>
            <Badge variant="light">{sayBreach(one.state)}</Badge>
          </Fact>
          {one.state === 'open' && (
            <Fact name={say('clock')}>
              <BreachClock one={one} />
            </Fact>
          )}
          <Fact name={say('what')}>
            <Text className="breakable">{one.description}</Text>
          </Fact>
          <Fact name={say('discovered')}>{moment(one.discovered_at)}</Fact>
          <Fact name={say('deadline')}>{moment(one.deadline_at)}</Fact>
          <Fact name={say('period')}>
            {say('period_of', { from: moment(one.scope.from), until: moment(one.scope.until) })}
          </Fact>
          {said && said.what.nature.length > 0 && (
            <Fact name={say('nature')}>{said.what.nature.map((nature) => sayBreach(nature)).join(', ')}</Fact>
          )}
          {written.map(
            ([name, text]) =>
              text && (
                <Fact key={name} name={say(name)}>
                  <Text className="breakable">{text}</Text>
                </Fact>
              ),
          )}
          <Fact name={say('authority')}>{decided(one.authority)}</Fact>
          {one.reported_at !== null && <Fact name={say('reported')}>{moment(one.reported_at)}</Fact>}
          <Fact name={say('persons')}>{decided(one.persons)}</Fact>
          {one.persons_told_at !== null && <Fact name={say('told')}>{moment(one.persons_told_at)}</Fact>}
        </Facts>
      </Paper>
      {one.missing.length > 0 && (
        <Alert variant="light" title={say('missing')}>
          <List size="sm">
            {one.missing.map((what) => (
              <List.Item key={what}>{isMissing(what) ? sayBreach(what) : what}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {one.state === 'open' && hasRole(who, 'administrator') && <Deal one={one} />}
      <AffectedByIt id={one.id} />
      <Section title={say('log')}>
        <Loaded of={report}>
          <ol className="steps">
            {said?.steps.map(({ at, step, text }) => (
              <li key={`${at} ${step} ${text}`}>
                <Text size="sm">
                  <span className="dimmed">{moment(at)}</span> {say(step)}
                </Text>
                <Text size="sm" c="dimmed" className="breakable">
                  {text}
                </Text>
              </li>
            ))}
          </ol>
        </Loaded>
      </Section>
    </>
  )
}

const missable = ['authority_decision', 'persons_decision', 'report', 'persons_told'] as const
const isMissing = (what: string): what is (typeof missable)[number] =>
  missable.some((known) => known === what)

type Act = 'decide_authority' | 'report_done' | 'decide_persons' | 'persons_done' | 'amend' | 'note' | 'close'

function Deal({ one }: { readonly one: Breach }) {
  const say = useWords(texts)
  const [asking, ask] = useState<Act | null>(null)
  const acts: readonly (readonly [Act, boolean])[] = [
    ['decide_authority', one.reported_at === null],
    ['report_done', one.authority?.report === true && one.reported_at === null],
    ['decide_persons', one.persons_told_at === null],
    ['persons_done', one.persons?.report === true && one.persons_told_at === null],
    ['amend', true],
    ['note', true],
    ['close', one.missing.length === 0],
  ]
  return (
    <>
      <Group className="no-print">
        {acts.map(
          ([act, isOpen]) =>
            isOpen && (
              <Button key={act} variant={isNext(one, act) ? 'filled' : 'default'} onClick={() => ask(act)}>
                {say(act)}
              </Button>
            ),
        )}
      </Group>
      {asking === 'amend' && <Amend one={one} onClose={() => ask(null)} />}
      {asking !== null && asking !== 'amend' && <Write one={one} act={asking} onClose={() => ask(null)} />}
    </>
  )
}

const nextFor: Readonly<Record<string, Act>> = {
  authority_decision: 'decide_authority',
  persons_decision: 'decide_persons',
  report: 'report_done',
  persons_told: 'persons_done',
}
const isNext = ({ missing: [first] }: Breach, act: Act): boolean =>
  act === (first === undefined ? 'close' : nextFor[first])

/** A step of the case with why it was taken. */
function Write({
  one,
  act,
  onClose,
}: {
  readonly one: Breach
  readonly act: Exclude<Act, 'amend'>
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const tell = useTell()
  const decide = useChange('breaches.decide', touches)
  const note = useChange('breaches.note', touches)
  const close = useChange('breaches.close', touches)
  const [text, setText] = useState('')
  const [at, setAt] = useState('')
  const [choice, setChoice] = useState<string>('')
  const isDecision = act === 'decide_authority' || act === 'decide_persons'
  const isStep = !isDecision && act !== 'close'
  const { id, version: ifMatch } = one
  const onSuccess = () => {
    onClose()
    tell({ text: say('done') })
  }
  const sure = () => {
    const said = text.trim()
    if (isDecision) {
      const about = act === 'decide_authority' ? 'authority' : 'persons'
      decide.mutate({ id, about, report: choice === 'yes', reason: said, ifMatch }, { onSuccess })
    } else if (act === 'close') close.mutate({ id, text: said, ifMatch }, { onSuccess })
    else {
      const step = ({ report_done: 'reported', persons_done: 'persons_told', note: 'note' } as const)[act]
      note.mutate({ id, step, text: said, ...(at !== '' && { at }), ifMatch }, { onSuccess })
    }
  }
  const change = isDecision ? decide : act === 'close' ? close : note
  return (
    <Confirm
      title={say(act)}
      text={say(`${act}_what`)}
      sure={say(act)}
      isHarmless={act !== 'close'}
      isReady={text.trim() !== '' && (!isDecision || choice !== '')}
      error={change.error}
      busy={change.isPending}
      onSure={sure}
      onClose={onClose}
    >
      {isDecision && (
        <Radio.Group label={say('decision')} required value={choice} onChange={setChoice}>
          <Group mt="xs">
            <Radio value="yes" label={say('do_report')} />
            <Radio value="no" label={say('do_not')} />
          </Group>
        </Radio.Group>
      )}
      <Textarea
        label={say(isDecision ? 'reason' : act === 'close' ? 'learned' : 'how')}
        required
        autosize
        minRows={2}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {isStep && (
        <TextInput
          label={say('when')}
          description={say('when_help')}
          type="datetime-local"
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
      )}
    </Confirm>
  )
}

const amendable = ['cause', 'systems', 'consequences', 'measures'] as const

function Amend({ one, onClose }: { readonly one: Breach; readonly onClose: () => void }) {
  const say = useWords(texts)
  const tell = useTell()
  const amend = useChange('breaches.amend', touches)
  const [typed, setTyped] = useState<Readonly<Partial<Record<(typeof amendable)[number], string>>>>({})
  const [note, setNote] = useState('')
  const sure = () => {
    const said = Object.fromEntries(
      Object.entries(typed)
        .map(([name, text]) => [name, text.trim()])
        .filter(([, text]) => text !== ''),
    )
    amend.mutate(
      { id: one.id, note: note.trim(), ...said, ifMatch: one.version },
      {
        onSuccess: () => {
          onClose()
          tell({ text: say('done') })
        },
      },
    )
  }
  return (
    <Confirm
      title={say('amend')}
      text={say('amend_what')}
      sure={say('amend')}
      isHarmless
      isReady={note.trim() !== ''}
      error={amend.error}
      busy={amend.isPending}
      onSure={sure}
      onClose={onClose}
    >
      {amendable.map((name) => (
        <Textarea
          key={name}
          label={say(name)}
          autosize
          maxLength={4000}
          value={typed[name] ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget
            setTyped((before) => ({ ...before, [name]: value }))
          }}
        />
      ))}
      <Textarea
        label={say('changed')}
        required
        autosize
        maxLength={4000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Confirm>
  )
}

/** Whose data the log says were looked at: how many, and which; never their values. */
function AffectedByIt({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const affected = useRead('breaches.affected', { id })
  return (
    <Section title={say('affected')}>
      <Loaded of={affected}>
        {affected.data && (
          <Stack gap="xs">
            <Text>
              {affected.data.parties === 0
                ? say('nobody')
                : say('affected_of', { parties: affected.data.parties, looks: affected.data.looks })}
            </Text>
            <Claims of={affected.data.claims} />
            <Text size="sm" c="dimmed">
              {say('not_in_log')}
            </Text>
          </Stack>
        )}
      </Loaded>
    </Section>
  )
}
