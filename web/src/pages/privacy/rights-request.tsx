import { Alert, Badge, Button, Checkbox, Group, List, Paper, Text, Textarea } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Confirm } from '../../ui/confirm'
import { OwnDataFiles } from '../../ui/own-data-files'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { erasureWords, rightsWords } from '../../words/rights'
import { useFormats, useWords, words } from '../../words/words'

type Request = Output<'rights.get'>

const texts = words({
  nl: {
    title: 'Verzoek',
    state: 'Stand',
    channel: 'Kwam binnen',
    received: 'Ontvangen op',
    due: 'Antwoord uiterlijk',
    identity: 'Hoe is vastgesteld wie dit vraagt',
    text: 'In eigen woorden',
    claims: 'Gaat over',
    extension: 'Verlengd, omdat',
    given_answer: 'Ons antwoord',
    given_refusal: 'Geweigerd, omdat',
    complaint: 'Wie het er niet mee eens is',
    restricted: 'Zolang deze beperking geldt, krijgt niemand deze gegevens te zien.',
    take: 'In behandeling nemen',
    answer: 'Beantwoorden',
    extend: 'Twee maanden verlengen',
    refuse: 'Weigeren',
    lift: 'Beperking beëindigen',
    answer_what: 'Wie het vroeg leest uw antwoord. Daarna is het verzoek afgehandeld.',
    extend_what: 'Dit kan één keer. Wie het vroeg leest de reden.',
    refuse_what: 'Wie het vroeg leest de reden, en waar zij of hij kan klagen. Dit kan niet terug.',
    lift_what: 'Daarna werken bestaande machtigingen weer. Wie het vroeg leest de reden.',
    answer_text: 'Antwoord',
    reason: 'Reden',
    done: 'Gedaan.',
    taken: 'U hebt het verzoek in behandeling.',
    erasing: 'Wat wissen doet',
    erases: 'Dit wordt gewist',
    keeps: 'Dit moet blijven',
    nothing: 'Er is niets te wissen.',
    until: 'tot {day}',
    always: 'zolang dit logboek bestaat',
    real_estate: 'De boekhouding gaat over onroerend goed (tien jaar bewaren in plaats van zeven)',
    erase: 'Definitief wissen',
    erase_title: '{name} definitief wissen?',
    erase_text:
      'De sleutel van deze persoon wordt vernietigd, het account en alles wat is opengesteld eindigt. Niemand kan dit terughalen, wij ook niet.',
    only_administrator: 'Alleen een beheerder kan wissen.',
    erase_first: 'Wis eerst, of weiger met de reden; daarna kunt u antwoorden.',
    erased: '{name} is gewist.',
    kept: 'Wat is gebleven',
    hand_over: 'Wat wij van deze persoon hebben, om te geven',
    life: 'Wat er gebeurde',
    somebody: 'onbekend',
  },
  en: {
    title: 'Request',
    state: 'State',
    channel: 'Came in',
    received: 'Received on',
    due: 'Answer by',
    identity: 'How it was established who asks',
    text: 'In her own words',
    claims: 'Is about',
    extension: 'Extended, because',
    given_answer: 'Our answer',
    given_refusal: 'Refused, because',
    complaint: 'Whoever disagrees',
    restricted: 'As long as this restriction holds, nobody gets to see these data.',
    take: 'Take it on',
    answer: 'Answer',
    extend: 'Extend by two months',
    refuse: 'Refuse',
    lift: 'End the restriction',
    answer_what: 'Whoever asked reads your answer. After it the request is dealt with.',
    extend_what: 'This can be done once. Whoever asked reads the reason.',
    refuse_what: 'Whoever asked reads the reason, and where to complain. It cannot be taken back.',
    lift_what: 'After it, grants that exist work again. Whoever asked reads the reason.',
    answer_text: 'Answer',
    reason: 'Reason',
    done: 'Done.',
    taken: 'You are dealing with the request.',
    erasing: 'What erasing does',
    erases: 'This is erased',
    keeps: 'This has to stay',
    nothing: 'There is nothing to erase.',
    until: 'until {day}',
    always: 'for as long as this record exists',
    real_estate: 'The bookkeeping is about real estate (kept for ten years instead of seven)',
    erase: 'Erase for good',
    erase_title: 'Erase {name} for good?',
    erase_text:
      'The key of this person is destroyed; the account and everything that was opened ends. Nobody can bring it back, neither can we.',
    only_administrator: 'Only an administrator can erase.',
    erase_first: 'Erase first, or refuse with the reason; then you can answer.',
    erased: '{name} was erased.',
    kept: 'What stayed',
    hand_over: 'What we hold of this person, to hand over',
    life: 'What happened',
    somebody: 'unknown',
  },
})

const touches = ['rights.']

export default function RightsRequest() {
  const say = useWords(texts)
  const sayRight = useWords(rightsWords)
  const { id } = useParams({ from: '/inside/privacy/requests/$id' })
  const found = useRead('rights.get', { id })
  const title = found.data
    ? `${sayRight(found.data.kind)}: ${found.data.subject.name ?? sayRight('nameless')}`
    : say('title')
  return (
    <Page title={title}>
      <Loaded of={found}>{found.data && <Shown one={found.data} />}</Loaded>
    </Page>
  )
}

function Shown({ one }: { readonly one: Request }) {
  const say = useWords(texts)
  const sayRight = useWords(rightsWords)
  const { day, moment } = useFormats()
  const isOpen = one.state === 'received' || one.state === 'in_progress'
  const written = [
    ['text', one.text],
    ['identity', one.identity],
    ['extension', one.extension?.reason ?? null],
    ['given_answer', one.answer],
    ['given_refusal', one.refusal],
    ['complaint', one.complaint],
  ] as const
  return (
    <>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('state')}>
            <Group gap="xs">
              <Badge variant="light">{sayRight(one.state)}</Badge>
              {one.overdue && (
                <Badge color="red" variant="light">
                  {sayRight('late')}
                </Badge>
              )}
            </Group>
          </Fact>
          <Fact name={say('channel')}>{sayRight(one.channel)}</Fact>
          <Fact name={say('received')}>{day(one.received_at)}</Fact>
          {isOpen && <Fact name={say('due')}>{day(one.due_at)}</Fact>}
          {written.map(
            ([name, text]) =>
              text !== null && (
                <Fact key={name} name={say(name)}>
                  <Text className="breakable">{text}</Text>
                </Fact>
              ),
          )}
          {one.claims.length > 0 && (
            <Fact name={say('claims')}>
              <Claims of={one.claims} />
            </Fact>
          )}
        </Facts>
      </Paper>
      {one.restricted && <Alert variant="light">{say('restricted')}</Alert>}
      <Deal one={one} isOpen={isOpen} />
      {isOpen && one.channel !== 'node' && (one.kind === 'access' || one.kind === 'portability') && (
        <Section title={say('hand_over')}>
          <OwnDataFiles request={one.id} />
        </Section>
      )}
      {isOpen && one.kind === 'erasure' && one.erased_at === null && <Erase one={one} />}
      {one.kept.length > 0 && (
        <Section title={say('kept')}>
          <Keeps of={one.kept} />
        </Section>
      )}
      <Section title={say('life')}>
        <ol className="steps">
          {one.history.map(({ at, what, by }) => (
            <li key={`${at} ${what}`}>
              <Text size="sm">
                <span className="dimmed">{moment(at)}</span> {sayRight(what)} ({by ?? say('somebody')})
              </Text>
            </li>
          ))}
        </ol>
      </Section>
    </>
  )
}

type Act = 'answer' | 'extend' | 'refuse' | 'lift'

function Deal({ one, isOpen }: { readonly one: Request; readonly isOpen: boolean }) {
  const say = useWords(texts)
  const tell = useTell()
  const take = useChange('rights.take', touches)
  const [asking, ask] = useState<Act | null>(null)
  const waitsForErasure = one.kind === 'erasure' && one.erased_at === null
  const mayExtend = isOpen && one.extension === null && !one.overdue
  const mayRefuse = isOpen && one.kind !== 'objection' && one.erased_at === null
  if (!isOpen && !one.restricted) return null
  return (
    <>
      {take.error && <Failure error={take.error} />}
      {isOpen && waitsForErasure && <Text c="dimmed">{say('erase_first')}</Text>}
      <Group className="no-print">
        {one.state === 'received' && (
          <Button
            variant="default"
            loading={take.isPending}
            onClick={() => take.mutate({ id: one.id }, { onSuccess: () => tell({ text: say('taken') }) })}
          >
            {say('take')}
          </Button>
        )}
        {isOpen && !waitsForErasure && <Button onClick={() => ask('answer')}>{say('answer')}</Button>}
        {mayExtend && (
          <Button variant="default" onClick={() => ask('extend')}>
            {say('extend')}
          </Button>
        )}
        {one.restricted && (
          <Button variant="default" onClick={() => ask('lift')}>
            {say('lift')}
          </Button>
        )}
        {mayRefuse && (
          <Button variant="light" color="red" onClick={() => ask('refuse')}>
            {say('refuse')}
          </Button>
        )}
      </Group>
      {asking !== null && <Write id={one.id} act={asking} onClose={() => ask(null)} />}
    </>
  )
}

/** What is done with words that whoever asked reads. */
function Write({
  id,
  act,
  onClose,
}: {
  readonly id: string
  readonly act: Act
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const tell = useTell()
  const answer = useChange('rights.answer', touches)
  const extend = useChange('rights.extend', touches)
  const refuse = useChange('rights.refuse', touches)
  const lift = useChange('rights.lift', touches)
  const [text, setText] = useState('')
  const onSuccess = () => {
    onClose()
    tell({ text: say('done') })
  }
  const reason = text.trim()
  const sure = () => {
    if (act === 'answer') answer.mutate({ id, answer: reason }, { onSuccess })
    if (act === 'extend') extend.mutate({ id, reason }, { onSuccess })
    if (act === 'refuse') refuse.mutate({ id, reason }, { onSuccess })
    if (act === 'lift') lift.mutate({ id, reason }, { onSuccess })
  }
  const change = { answer, extend, refuse, lift }[act]
  return (
    <Confirm
      title={say(act)}
      text={say(`${act}_what`)}
      sure={say(act)}
      isHarmless={act !== 'refuse'}
      isReady={reason !== ''}
      error={change.error}
      busy={change.isPending}
      onSure={sure}
      onClose={onClose}
    >
      <Textarea
        label={say(act === 'answer' ? 'answer_text' : 'reason')}
        required
        autosize
        minRows={3}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </Confirm>
  )
}

/** What erasing takes away and leaves, before anything is. */
function Erase({ one }: { readonly one: Request }) {
  const say = useWords(texts)
  const sayRight = useWords(rightsWords)
  const sayErasure = useWords(erasureWords)
  const { number } = useFormats()
  const who = useWho()
  const tell = useTell()
  const [isRealEstate, setRealEstate] = useState(false)
  const about = { id: one.id, real_estate: isRealEstate }
  const preview = useRead('rights.preview', about)
  const erase = useChange('rights.erase', touches)
  const [isAsking, ask] = useState(false)
  const name = one.subject.name ?? sayRight('nameless')
  const mayErase = hasRole(who, 'administrator')
  const erases = preview.data?.erases.filter(({ count }) => count > 0) ?? []
  return (
    <Section title={say('erasing')}>
      <Checkbox
        label={say('real_estate')}
        checked={isRealEstate}
        onChange={(event) => setRealEstate(event.currentTarget.checked)}
      />
      <Loaded of={preview}>
        <Text fw={600}>{say('erases')}</Text>
        {erases.length === 0 && <Text c="dimmed">{say('nothing')}</Text>}
        <List>
          {erases.map(({ what, count }) => (
            <List.Item key={what}>
              {sayErasure(what)} ({number(count)})
            </List.Item>
          ))}
        </List>
        <Text fw={600}>{say('keeps')}</Text>
        <Keeps of={preview.data?.keeps ?? []} />
        {mayErase ? (
          <Group className="no-print">
            <Button color="red.9" onClick={() => ask(true)}>
              {say('erase')}
            </Button>
          </Group>
        ) : (
          <Text c="dimmed">{say('only_administrator')}</Text>
        )}
      </Loaded>
      {isAsking && (
        <Confirm
          title={say('erase_title', { name })}
          text={say('erase_text')}
          sure={say('erase')}
          error={erase.error}
          busy={erase.isPending}
          onClose={() => ask(false)}
          onSure={() =>
            erase.mutate(about, {
              onSuccess: () => {
                ask(false)
                tell({ text: say('erased', { name }) })
              },
            })
          }
        />
      )}
    </Section>
  )
}

function Keeps({ of }: { readonly of: Request['kept'] }) {
  const say = useWords(texts)
  const sayErasure = useWords(erasureWords)
  const { day, number } = useFormats()
  return (
    <List>
      {of.map(({ what, why, count, until }) => (
        <List.Item key={`${what} ${why}`}>
          {sayErasure(what)}
          {count !== null && ` (${number(count)})`}: {sayErasure(why)},{' '}
          {until === null ? say('always') : say('until', { day: day(until) })}
        </List.Item>
      ))}
    </List>
  )
}
