import { Alert, Badge, Button, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { caseWords } from '../../words/cases'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'
import { boardTexts } from './invitations'
import { Thread } from './thread'

type Invitation = Output<'invitations.show'>

const texts = words({
  nl: {
    title: 'Uitnodiging',
    state: 'Stand',
    why: 'Waarom u uitnodigt',
    contact: 'Contactpersoon',
    no_contact: 'Geef eerst op wie u bij deze partner schrijft.',
    name: 'Naam',
    email: 'E-mailadres',
    partner: 'Naar de partner',
    expected: 'Verwacht',
    inform: 'Aankondigen per e-mail',
    draft_first: 'Eerst lezen en aanpassen',
    refresh: 'Navragen hoe het staat',
    submit: 'Opdracht geven aan MYOBI',
    withdraw: 'Intrekken',
    withdraw_why: 'Reden (hoeft niet)',
    withdraw_sure: 'Ja, intrekken',
    life: 'Wat er gebeurde',
    done: 'Gedaan.',
    not_done: 'Dat kon niet: {code}',
    next_talk: 'volgend gesprek {day}',
  },
  en: {
    title: 'Invitation',
    state: 'State',
    why: 'Why you invite',
    contact: 'Contact',
    no_contact: 'Say first to whom at this partner you write.',
    name: 'Name',
    email: 'E-mail address',
    partner: 'To the partner',
    expected: 'Expected',
    inform: 'Announce by e-mail',
    draft_first: 'Read and change it first',
    refresh: 'Ask how it stands',
    submit: 'Order MYOBI to bring it in',
    withdraw: 'Withdraw',
    withdraw_why: 'Reason (not required)',
    withdraw_sure: 'Yes, withdraw',
    life: 'What happened',
    done: 'Done.',
    not_done: 'That could not be: {code}',
    next_talk: 'next talk {day}',
  },
})

const touches = ['invitations.']
const final = ['registered', 'rejected', 'declined_by_partner', 'withdrawn']

export default function InvitationPage() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/invitations/$id' })
  const found = useRead('invitations.show', { id })
  return (
    <Page title={found.data?.partner.name ?? found.data?.organisation?.name ?? say('title')}>
      <Loaded of={found}>{found.data && <Shown one={found.data} />}</Loaded>
    </Page>
  )
}

function Shown({ one }: { readonly one: Invitation }) {
  const say = useWords(texts)
  const sayBoard = useWords(boardTexts)
  const sayCase = useWords(caseWords)
  const { day, moment } = useFormats()
  const who = useWho()
  const expected = one.expected.registered
  return (
    <>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('state')}>
            <Badge variant="light">{sayCase(one.state)}</Badge>
          </Fact>
          {one.why !== null && <Fact name={say('why')}>{one.why}</Fact>}
          {one.contact && (
            <Fact name={say('contact')}>
              {one.contact.name}, {one.contact.email}
            </Fact>
          )}
          {expected && (
            <Fact name={say('expected')}>
              {day(expected.at)} ({sayBoard(expected.basis)})
            </Fact>
          )}
        </Facts>
        <TextLink to="/partners/$id" params={{ id: one.partner.id }} size="sm">
          {say('partner')}
        </TextLink>
      </Paper>
      {hasRole(who, 'coordinator') && !final.includes(one.state) && <Actions one={one} />}
      {hasRole(who, 'coordinator', 'administrator') && one.order.state !== 'none' && <Thread id={one.id} />}
      <Section title={say('life')}>
        <ol className="steps">
          {one.moves.map((move) => (
            <li key={`${move.at} ${move.to}`}>
              <Text size="sm">
                <span className="dimmed">{moment(move.at)}</span> {sayCase(move.to)} (
                {move.account ?? sayCase(move.side)})
                {move.talk && ` · ${say('next_talk', { day: day(move.talk.at) })}`}
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
    </>
  )
}

function Actions({ one }: { readonly one: Invitation }) {
  const say = useWords(texts)
  const navigate = useNavigate()
  const tell = useTell()
  const inform = useChange('invitations.inform', touches)
  const submit = useChange('invitations.submit', touches)
  const refresh = useChange('invitations.refresh', touches)
  const withdraw = useChange('invitations.withdraw', touches)
  const [asking, ask] = useState(false)
  const [reason, setReason] = useState('')
  const { id, state } = one
  /** One of several: why nothing came of it stands with it. */
  const told = ({ items }: { items: readonly { code: string | null }[] }) => {
    const code = items[0]?.code ?? null
    tell({ text: code === null ? say('done') : say('not_done', { code: code.replaceAll('_', ' ') }) })
  }
  /** Where it is read and changed: by itself it goes to nobody. */
  const drafted = () => void navigate({ to: '/settings/mails', search: { state: 'draft' } })
  const error = inform.error ?? submit.error ?? refresh.error
  return (
    <Stack gap="sm" className="no-print">
      {error && <Failure error={error} />}
      {one.contact === null && <ContactForm id={id} />}
      <Group>
        {state === 'draft' && (
          <Button
            variant="default"
            disabled={one.contact === null}
            loading={inform.isPending}
            onClick={() => inform.mutate({ ids: [id] }, { onSuccess: told })}
          >
            {say('inform')}
          </Button>
        )}
        {state === 'draft' && (
          <Button
            variant="subtle"
            disabled={one.contact === null}
            loading={inform.isPending}
            onClick={() => inform.mutate({ ids: [id], draft: true }, { onSuccess: drafted })}
          >
            {say('draft_first')}
          </Button>
        )}
        {one.order.state !== 'none' && (
          <Button
            variant="subtle"
            loading={refresh.isPending}
            onClick={() => refresh.mutate({ id }, { onSuccess: () => tell({ text: say('done') }) })}
          >
            {say('refresh')}
          </Button>
        )}
        {(state === 'draft' || state === 'informed') && (
          <Button
            disabled={one.contact === null}
            loading={submit.isPending}
            onClick={() => submit.mutate({ ids: [id] }, { onSuccess: told })}
          >
            {say('submit')}
          </Button>
        )}
        <Button variant="light" color="red" onClick={() => ask(true)}>
          {say('withdraw')}
        </Button>
      </Group>
      {asking && (
        <Confirm
          title={`${say('withdraw')}: ${one.partner.name ?? ''}`}
          sure={say('withdraw_sure')}
          error={withdraw.error}
          busy={withdraw.isPending}
          onSure={() =>
            withdraw.mutate(
              { id, ...(reason.trim() !== '' && { reason: reason.trim() }) },
              {
                onSuccess: () => {
                  ask(false)
                  tell({ text: say('done') })
                },
              },
            )
          }
          onClose={() => ask(false)}
        >
          <Textarea
            label={say('withdraw_why')}
            value={reason}
            maxLength={1000}
            autosize
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </Confirm>
      )}
    </Stack>
  )
}

function ContactForm({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const contact = useChange('invitations.contact', touches)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const save = (event: FormEvent) => {
    event.preventDefault()
    contact.mutate({ id, name: name.trim(), email: email.trim() })
  }
  return (
    <Alert variant="light">
      <form onSubmit={save}>
        <Stack gap="xs">
          <Text size="sm">{say('no_contact')}</Text>
          {contact.error && <Failure error={contact.error} />}
          <Group align="flex-end">
            <TextInput
              label={say('name')}
              value={name}
              required
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={say('email')}
              type="email"
              value={email}
              required
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Button type="submit" loading={contact.isPending}>
              {shared('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Alert>
  )
}
