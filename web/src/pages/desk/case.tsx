import {
  Alert,
  Anchor,
  Badge,
  Button,
  Group,
  Paper,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { hrefOf, type Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { caseWords } from '../../words/cases'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'
import { AddRepresentative, AskMore, DomainProof, EvidenceFile, RemoveRepresentative } from './case-evidence'
import { CaseRegister } from './case-register'

type Case = Output<'registrations.get'>
type Evidence = Output<'registrations.evidence.list'>['items'][number]

const texts = words({
  nl: {
    title: 'Aanmelding',
    state: 'Stand',
    kvk: 'KVK-nummer',
    form: 'Rechtsvorm',
    vat: 'Btw-nummer',
    address: 'Adres',
    channel: 'Herkomst',
    contact: 'Contactpersoon',
    representative: 'Vertegenwoordiger',
    owner: 'Bij',
    nobody: 'niemand',
    expected: 'Verwacht voor',
    take: 'In behandeling nemen',
    accept: 'Aannemen',
    accept_what: 'De organisatie wordt aangenomen en krijgt haar bewijzen zodra zij het beleid aanvaardde.',
    decline: 'Afwijzen',
    stall: 'Stilleggen',
    reason: 'Reden (de partner leest dit)',
    next_talk: 'Volgend gesprek (datum)',
    checklist: 'Wat er nodig is',
    required: 'nodig',
    for: 'van {name}',
    open_file: 'Bestand openen',
    check: 'In orde',
    how: 'Hoe is dit gecontroleerd?',
    refuse: 'Afkeuren',
    why: 'Waarom niet?',
    people: 'Wie mag tekenen',
    listed: 'staat zo in het handelsregister',
    accepted_at: 'tekende op {at}',
    not_yet: 'tekende nog niet',
    limit: 'tot € {amount}',
    life: 'Wat er gebeurde',
    notes: 'Notities',
    note: 'Notitie voor collega’s',
    add: 'Toevoegen',
    done: 'Gedaan.',
    resume: 'Laten doorgaan',
    release: 'Teruggeven aan de rij',
    hand_over: 'Overdragen',
    colleague: 'Accountnaam van uw collega',
    hand_over_what: 'Uw collega neemt deze aanmelding van u over.',
    waits: 'Er ontbreekt nog: {what}',
  },
  en: {
    title: 'Registration',
    state: 'State',
    kvk: 'KVK number',
    form: 'Legal form',
    vat: 'VAT number',
    address: 'Address',
    channel: 'Origin',
    contact: 'Contact',
    representative: 'Representative',
    owner: 'With',
    nobody: 'nobody',
    expected: 'Expected by',
    take: 'Take it on',
    accept: 'Accept',
    accept_what: 'The organisation is accepted and gets its credentials once it accepted the policy.',
    decline: 'Decline',
    stall: 'Put on hold',
    reason: 'Reason (the partner reads this)',
    next_talk: 'Next talk (day)',
    checklist: 'What is needed',
    required: 'needed',
    for: 'of {name}',
    open_file: 'Open the file',
    check: 'In order',
    how: 'How was this checked?',
    refuse: 'Refuse',
    why: 'Why not?',
    people: 'Who may sign',
    listed: 'stands so in the trade register',
    accepted_at: 'signed on {at}',
    not_yet: 'did not sign yet',
    limit: 'up to € {amount}',
    life: 'What happened',
    notes: 'Notes',
    note: 'Note for colleagues',
    add: 'Add',
    done: 'Done.',
    resume: 'Let it go on',
    release: 'Put back in the queue',
    hand_over: 'Hand over',
    colleague: 'Account name of your colleague',
    hand_over_what: 'Your colleague takes this registration over from you.',
    waits: 'Still missing: {what}',
  },
})

const touches = ['registrations.']
const open = ['submitted', 'investigating', 'stalled']

export default function CasePage() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/desk/$id' })
  const found = useRead('registrations.get', { id })
  return (
    <Page title={found.data?.organisation.name ?? say('title')}>
      <Loaded of={found}>{found.data && <Shown one={found.data} />}</Loaded>
    </Page>
  )
}

function Shown({ one }: { readonly one: Case }) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const { moment } = useFormats()
  const { organisation: org, invited, representative } = one
  return (
    <>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('state')}>
            <Badge variant="light">{sayCase(one.state)}</Badge>
            {one.reason !== null && <Text size="sm">{one.reason}</Text>}
          </Fact>
          {org.kvk_number && <Fact name={say('kvk')}>{org.kvk_number}</Fact>}
          {org.legal_form && <Fact name={say('form')}>{org.legal_form}</Fact>}
          {org.vat_number && <Fact name={say('vat')}>{org.vat_number}</Fact>}
          {org.address && (
            <Fact name={say('address')}>
              {[org.address.street_address, org.address.postal_code, org.address.locality]
                .filter(Boolean)
                .join(', ')}
            </Fact>
          )}
          <Fact name={say('channel')}>{sayCase(one.channel)}</Fact>
          {invited && (
            <Fact name={say('contact')}>
              {invited.contact.name}, {invited.contact.email}
            </Fact>
          )}
          {representative && (
            <Fact name={say('representative')}>
              {representative.name}, {sayCase(representative.representation_type)}
            </Fact>
          )}
          <Fact name={say('owner')}>{one.owner ?? say('nobody')}</Fact>
          {one.expected_at !== null && <Fact name={say('expected')}>{moment(one.expected_at)}</Fact>}
        </Facts>
      </Paper>
      <Checklist one={one} />
      <CaseRegister id={one.id} name={org.name} works={open.includes(one.state)} />
      <Section title={say('life')}>
        <ol className="steps">
          {one.moves.map((move) => (
            <li key={`${move.at} ${move.move}`}>
              <Text size="sm">
                <span className="dimmed">{moment(move.at)}</span> {sayCase(move.to)} (
                {move.who ?? sayCase(move.by)})
              </Text>
              {move.reason !== null && (
                <Text size="sm" c="dimmed" className="breakable">
                  “{move.reason}”
                </Text>
              )}
            </li>
          ))}
        </ol>
      </Section>
      <Notes one={one} />
    </>
  )
}

function Checklist({ one }: { readonly one: Case }) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const { moment } = useFormats()
  const who = useWho()
  const list = useRead('registrations.evidence.list', { id: one.id })
  const works = hasRole(who, 'servicedesk') && open.includes(one.state)
  const missing = list.data?.missing ?? []
  const nameOf = (id: string) => list.data?.representatives.find((person) => person.id === id)?.name ?? ''
  return (
    <>
      {works && <Decide one={one} missing={missing} kinds={kindsOf(list.data?.items)} />}
      <Section title={say('checklist')}>
        <Loaded of={list}>
          {list.data?.items.map((item) => (
            <Item
              key={`${item.kind} ${item.representative ?? ''}`}
              caseId={one.id}
              item={item}
              of={item.representative === null ? '' : nameOf(item.representative)}
              works={works}
            />
          ))}
          {(list.data?.representatives.length ?? 0) > 0 && (
            <Title order={3} size="h4">
              {say('people')}
            </Title>
          )}
          {list.data?.representatives.map((person) => (
            <Paper key={person.id} withBorder p="sm" radius="md">
              <Group justify="space-between" wrap="wrap">
                <Text fw={600} className="breakable">
                  {person.name}
                </Text>
                {works && person.listed && <RemoveRepresentative id={one.id} person={person} />}
              </Group>
              <Text size="sm" c="dimmed">
                {[
                  person.position,
                  sayCase(person.representation_type),
                  person.limit_eur !== null && say('limit', { amount: person.limit_eur }),
                  person.listed && say('listed'),
                  person.accepted_at === null
                    ? say('not_yet')
                    : say('accepted_at', { at: moment(person.accepted_at) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </Paper>
          ))}
          {works && <AddRepresentative id={one.id} />}
        </Loaded>
      </Section>
    </>
  )
}

const kindsOf = (items: readonly Evidence[] = []) => [...new Set(items.map(({ kind }) => kind))]

function Item({
  caseId: id,
  item,
  of,
  works,
}: {
  readonly caseId: string
  readonly item: Evidence
  readonly of: string
  readonly works: boolean
}) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const shared = useWords(common)
  const check = useChange('registrations.evidence.check', touches)
  const refuse = useChange('registrations.evidence.refuse', touches)
  const [asking, ask] = useState<'check' | 'refuse' | null>(null)
  const [text, setText] = useState('')
  const { kind, representative } = item
  const about = { id, kind, ...(representative !== null && { representative }) }
  const error = check.error ?? refuse.error
  const done = () => {
    ask(null)
    setText('')
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (asking === 'check') check.mutate({ ...about, how: text.trim() }, { onSuccess: done })
    else refuse.mutate({ ...about, reason: text.trim() }, { onSuccess: done })
  }
  return (
    <Paper withBorder p="sm" radius="md">
      <Group justify="space-between" wrap="wrap" gap="xs">
        <Stack gap={2} flex="1 1 14rem">
          <Text fw={600}>
            {sayCase(kind)}
            {of !== '' && ` ${say('for', { name: of })}`}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {[
              sayCase(item.state === 'missing' && !item.required ? 'not_asked' : item.state),
              item.required && say('required'),
              item.how,
              item.reason,
              item.file_name,
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
          {item.file_name !== null && (
            <Anchor size="sm" download href={hrefOf('registrations.evidence.download', about)}>
              {say('open_file')}
            </Anchor>
          )}
        </Stack>
        {works && item.state !== 'checked' && asking === null && (
          <Group gap="xs">
            <Button size="xs" onClick={() => ask('check')}>
              {say('check')}
            </Button>
            {item.state === 'received' && (
              <Button size="xs" variant="light" color="red" onClick={() => ask('refuse')}>
                {say('refuse')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      {works && item.state !== 'checked' && kind === 'domain_control' && <DomainProof id={id} />}
      {works && item.state !== 'checked' && kind !== 'domain_control' && (
        <EvidenceFile
          about={about}
          what={of === '' ? sayCase(kind) : `${sayCase(kind)} ${say('for', { name: of })}`}
        />
      )}
      {asking !== null && (
        <form onSubmit={send}>
          <Stack gap="xs" mt="sm">
            {error && <Failure error={error} />}
            <TextInput
              label={say(asking === 'check' ? 'how' : 'why')}
              value={text}
              required
              maxLength={500}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Group>
              <Button size="xs" variant="default" onClick={done}>
                {shared('cancel')}
              </Button>
              <Button size="xs" type="submit" loading={check.isPending || refuse.isPending}>
                {say(asking)}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Paper>
  )
}

function Decide({
  one,
  missing,
  kinds,
}: {
  readonly one: Case
  readonly missing: readonly Evidence['kind'][]
  readonly kinds: readonly Evidence['kind'][]
}) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const who = useWho()
  const tell = useTell()
  const take = useChange('registrations.take', touches)
  const accept = useChange('registrations.accept', touches)
  const decline = useChange('registrations.decline', touches)
  const stall = useChange('registrations.stall', touches)
  const resume = useChange('registrations.resume', touches)
  const release = useChange('registrations.release', touches)
  const handOver = useChange('registrations.hand-over', touches)
  const [asking, ask] = useState<'accept' | 'decline' | 'stall' | 'hand_over' | null>(null)
  const [account, setAccount] = useState('')
  const [reason, setReason] = useState('')
  const [nextTalk, setNextTalk] = useState('')
  const { id } = one
  const ifMatch = one.version
  const error = { accept, decline, stall, hand_over: handOver }[asking ?? 'accept'].error
  const atOnce = take.error ?? resume.error ?? release.error
  const done = () => {
    ask(null)
    setReason('')
    setAccount('')
    tell({ text: say('done') })
  }
  const sure = () => {
    if (asking === 'accept') accept.mutate({ id, ifMatch }, { onSuccess: done })
    if (asking === 'decline') decline.mutate({ id, reason: reason.trim(), ifMatch }, { onSuccess: done })
    if (asking === 'stall')
      stall.mutate({ id, reason: reason.trim(), next_talk: nextTalk, ifMatch }, { onSuccess: done })
    if (asking === 'hand_over') handOver.mutate({ id, account: account.trim(), ifMatch }, { onSuccess: done })
  }
  const isReady = {
    ...{ accept: true, decline: reason.trim() !== '', hand_over: account.trim() !== '' },
    stall: reason.trim() !== '' && nextTalk !== '',
  }
  return (
    <Stack gap="sm" className="no-print">
      {missing.length > 0 && (
        <Alert variant="light">
          {say('waits', { what: missing.map((kind) => sayCase(kind)).join(', ') })}
        </Alert>
      )}
      {atOnce && <Failure error={atOnce} />}
      <Group>
        {one.owner === null && (
          <Button variant="default" loading={take.isPending} onClick={() => take.mutate({ id })}>
            {say('take')}
          </Button>
        )}
        <Button onClick={() => ask('accept')}>{say('accept')}</Button>
        {one.state === 'stalled' ? (
          <Button
            variant="default"
            loading={resume.isPending}
            onClick={() => resume.mutate({ id, ifMatch }, { onSuccess: done })}
          >
            {say('resume')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => ask('stall')}>
            {say('stall')}
          </Button>
        )}
        {one.invited !== null && <AskMore id={id} kinds={kinds} />}
        {one.owner !== null && (
          <Button variant="default" onClick={() => ask('hand_over')}>
            {say('hand_over')}
          </Button>
        )}
        {one.owner === who.name && (
          <Button
            variant="default"
            loading={release.isPending}
            onClick={() => release.mutate({ id, ifMatch }, { onSuccess: done })}
          >
            {say('release')}
          </Button>
        )}
        <Button variant="light" color="red" onClick={() => ask('decline')}>
          {say('decline')}
        </Button>
      </Group>
      {asking !== null && (
        <Confirm
          title={`${say(asking)}: ${one.organisation.name}`}
          text={
            asking === 'accept'
              ? say('accept_what')
              : asking === 'hand_over'
                ? say('hand_over_what')
                : undefined
          }
          sure={say(asking)}
          isHarmless={asking !== 'decline'}
          isReady={isReady[asking]}
          error={error}
          busy={accept.isPending || decline.isPending || stall.isPending || handOver.isPending}
          onSure={sure}
          onClose={() => ask(null)}
        >
          {asking === 'hand_over' && (
            <TextInput
              label={say('colleague')}
              required
              maxLength={64}
              value={account}
              onChange={(event) => setAccount(event.currentTarget.value)}
            />
          )}
          {(asking === 'decline' || asking === 'stall') && (
            <Textarea
              label={say('reason')}
              value={reason}
              required
              maxLength={1000}
              autosize
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          {asking === 'stall' && (
            <TextInput
              label={say('next_talk')}
              type="date"
              required
              value={nextTalk}
              onChange={(event) => setNextTalk(event.currentTarget.value)}
            />
          )}
        </Confirm>
      )}
    </Stack>
  )
}

function Notes({ one }: { readonly one: Case }) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const note = useChange('registrations.note', touches)
  const [text, setText] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    note.mutate({ id: one.id, text: text.trim() }, { onSuccess: () => setText('') })
  }
  return (
    <Section title={say('notes')}>
      {one.notes.map((written) => (
        <Text key={`${written.at} ${written.text}`} size="sm" className="breakable">
          <span className="dimmed">
            {moment(written.at)} {written.by ?? ''}
          </span>{' '}
          {written.text}
        </Text>
      ))}
      {note.error && <Failure error={note.error} />}
      <form onSubmit={send} className="no-print">
        <Group align="flex-end">
          <Textarea
            label={say('note')}
            value={text}
            autosize
            maxLength={2000}
            flex="1 1 16rem"
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={text.trim() === ''} loading={note.isPending}>
            {say('add')}
          </Button>
        </Group>
      </form>
    </Section>
  )
}
