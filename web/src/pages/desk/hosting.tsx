import { Badge, Button, Group, Modal, Paper, Select, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { type Item, useChange, useList } from '../../api/hooks'
import { isProblem } from '../../api/problem'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, More, Page } from '../../ui/page'
import { ShownOnce } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { caseWords } from '../../words/cases'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'

type Hosted = Item<'hosting.list'>
type Made = Output<'hosting.create'>
type Move = 'suspend' | 'resume' | 'remove'

const texts = words({
  nl: {
    title: 'Omgevingen',
    lead: 'De omgevingen die wij voor organisaties draaien.',
    empty: 'Wij draaien nog geen omgeving voor een organisatie.',
    no_host: 'Deze node houdt geen omgevingen van anderen: dat staat in agent.yml.',
    create: 'Omgeving maken',
    name: 'Naam van de organisatie',
    kvk_number: 'KVK-nummer (mag leeg blijven)',
    slug: 'Naam in het adres (mag leeg blijven)',
    slug_help: 'Kleine letters, cijfers en -; leeg maakt er een van de naam',
    given_name: 'Voornaam van de beheerder',
    family_name: 'Achternaam van de beheerder',
    email: 'E-mailadres van de beheerder (mag leeg blijven)',
    account: 'Accountnaam van de beheerder',
    account_help: 'Kleine letters, cijfers, . - en _',
    representation: 'Bevoegdheid van de beheerder',
    made_title: 'De omgeving {url} is gemaakt',
    made_text:
      'Geef deze link aan {account}, en aan niemand anders. Daarmee opent de beheerder het account, één keer.',
    creating: 'wordt gemaakt',
    active: 'open',
    suspended: 'gesloten',
    leaving: 'vertrekt',
    left: 'vertrokken',
    removed: 'verwijderd',
    since: 'gemaakt op {day}',
    moved_to: 'nu op {url}',
    suspend: 'Sluiten',
    suspend_name: 'Sluiten: {slug}',
    suspend_title: '{slug} voorlopig sluiten?',
    suspend_text: 'Niemand kan er nog in, en partners krijgen geen antwoord. Er gaat niets verloren.',
    suspend_done: '{slug} is gesloten.',
    resume: 'Weer openen',
    resume_name: 'Weer openen: {slug}',
    resume_done: '{slug} is weer open.',
    remove: 'Vernietigen',
    remove_name: 'Vernietigen: {slug}',
    remove_title: '{slug} voorgoed vernietigen?',
    remove_text:
      'Alles wat hier nog van deze organisatie staat, wordt vernietigd. Dit kan niet ongedaan worden.',
    remove_confirm: 'Typ {slug} om het te bevestigen',
    remove_done: '{slug} is vernietigd.',
  },
  en: {
    title: 'Hosted nodes',
    lead: 'The nodes that we run for organisations.',
    empty: 'We run no node for an organisation yet.',
    no_host: 'This node runs none for others: agent.yml says so.',
    create: 'Make a node',
    name: 'Name of the organisation',
    kvk_number: 'KVK number (may stay empty)',
    slug: 'Name in the address (may stay empty)',
    slug_help: 'Lower case letters, digits and -; empty makes one of the name',
    given_name: 'First name of the administrator',
    family_name: 'Last name of the administrator',
    email: 'E-mail address of the administrator (may stay empty)',
    account: 'Account name of the administrator',
    account_help: 'Lower case letters, digits, . - and _',
    representation: 'Authority of the administrator',
    made_title: 'The node {url} was made',
    made_text:
      'Give this link to {account}, and to nobody else. The administrator opens the account with it, once.',
    creating: 'being made',
    active: 'open',
    suspended: 'closed',
    leaving: 'leaving',
    left: 'left',
    removed: 'removed',
    since: 'made on {day}',
    moved_to: 'now at {url}',
    suspend: 'Close',
    suspend_name: 'Close: {slug}',
    suspend_title: 'Close {slug} for the time being?',
    suspend_text: 'Nobody gets in any more, and partners get no answer. Nothing is lost.',
    suspend_done: '{slug} is closed.',
    resume: 'Open again',
    resume_name: 'Open again: {slug}',
    resume_done: '{slug} is open again.',
    remove: 'Destroy',
    remove_name: 'Destroy: {slug}',
    remove_title: 'Destroy {slug} for good?',
    remove_text: 'All that is still here of this organisation is destroyed. It cannot be undone.',
    remove_confirm: 'Type {slug} to confirm',
    remove_done: '{slug} is destroyed.',
  },
})

const touches = ['hosting.']
const movesOf: Readonly<Partial<Record<Hosted['state'], Move>>> = {
  ...{ active: 'suspend', suspended: 'resume' },
  ...{ left: 'remove', creating: 'remove' },
}

/** The nodes that are run here for others. */
export default function HostingPage() {
  const say = useWords(texts)
  const list = useList('hosting.list', {})
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<Made | null>(null)
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={list.items && <Button onClick={() => setMaking(true)}>{say('create')}</Button>}
    >
      {made && (
        <ShownOnce
          title={say('made_title', { url: made.url })}
          text={say('made_text', { account: made.account })}
          value={`${made.url}/app/welcome#${made.activation}`}
        />
      )}
      <Loaded of={isProblem(list.error, 'route_not_found') ? { ...list, error: null } : list}>
        {list.error && <Empty>{say('no_host')}</Empty>}
        {list.items?.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((one) => (
            <Node key={one.id} one={one} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      {isMaking && (
        <Make
          onClose={() => setMaking(false)}
          onMade={(node) => {
            setMaking(false)
            setMade(node)
          }}
        />
      )}
    </Page>
  )
}

function Node({ one }: { readonly one: Hosted }) {
  const say = useWords(texts)
  const { day } = useFormats()
  const tell = useTell()
  const suspend = useChange('hosting.suspend', touches)
  const resume = useChange('hosting.resume', touches)
  const remove = useChange('hosting.remove', touches)
  const [asking, ask] = useState<'suspend' | 'remove' | null>(null)
  const [typed, setTyped] = useState('')
  const { slug } = one
  const move = movesOf[one.state]
  const done = (what: Move) => ({
    onSuccess: () => {
      ask(null)
      setTyped('')
      const undo = what === 'suspend' ? { undo: () => resume.mutate({ slug }) } : {}
      tell({ text: say(`${what}_done`, { slug }), ...undo })
    },
  })
  const begin = () => {
    if (move === 'resume') resume.mutate({ slug }, done('resume'))
    else if (move) ask(move)
  }
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" wrap="wrap">
        <Stack gap={4} flex="1 1 14rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {slug}
            </Text>
            <Badge variant="light" color={one.state === 'active' ? 'regie' : 'gray'}>
              {say(one.state)}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" className="breakable">
            {[
              one.url,
              say('since', { day: day(one.created_at) }),
              one.moved_to !== null && say('moved_to', { url: one.moved_to }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </Stack>
        {move && (
          <Button
            {...(move === 'resume' ? { variant: 'default' } : { variant: 'light', color: 'red' })}
            loading={resume.isPending}
            aria-label={say(`${move}_name`, { slug })}
            onClick={begin}
          >
            {say(move)}
          </Button>
        )}
      </Group>
      {resume.error && <Failure error={resume.error} />}
      {asking === 'suspend' && (
        <Confirm
          title={say('suspend_title', { slug })}
          text={say('suspend_text')}
          sure={say('suspend')}
          error={suspend.error}
          busy={suspend.isPending}
          onClose={() => ask(null)}
          onSure={() => suspend.mutate({ slug }, done('suspend'))}
        />
      )}
      {asking === 'remove' && (
        <Confirm
          title={say('remove_title', { slug })}
          text={say('remove_text')}
          sure={say('remove')}
          isReady={typed.trim() === slug}
          error={remove.error}
          busy={remove.isPending}
          onClose={() => ask(null)}
          onSure={() => remove.mutate({ slug, confirm: typed.trim() }, done('remove'))}
        >
          <TextInput
            label={say('remove_confirm', { slug })}
            required
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </Confirm>
      )}
    </Paper>
  )
}

const fields = ['name', 'kvk_number', 'slug', 'given_name', 'family_name', 'email', 'account'] as const
type Field = (typeof fields)[number]
const ways: Readonly<Partial<Record<Field, { readonly pattern?: string; readonly type?: string }>>> = {
  kvk_number: { pattern: '[0-9]{8}' },
  slug: { pattern: '[a-z0-9\\-]{1,63}' },
  email: { type: 'email' },
  account: { pattern: '[a-z][a-z0-9._\\-]{1,38}' },
}
const optional: readonly Field[] = ['kvk_number', 'slug', 'email']

function Make({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (node: Made) => void }) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const shared = useWords(common)
  const create = useChange('hosting.create', touches)
  const [typed, setTyped] = useState<Readonly<Partial<Record<Field, string>>>>({})
  const [representation, setRepresentation] = useState<'SOLE' | 'JOINT'>('SOLE')
  const said = (field: Field) => (typed[field] ?? '').trim()
  const send = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(
      {
        ...{ name: said('name'), account: said('account'), representation },
        ...{ given_name: said('given_name'), family_name: said('family_name') },
        ...Object.fromEntries(optional.flatMap((field) => (said(field) ? [[field, said(field)]] : []))),
      },
      { onSuccess: onMade },
    )
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('create')}
      centered
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <form onSubmit={send}>
        <Stack gap="sm">
          {create.error && <Failure error={create.error} />}
          {fields.map((field) => (
            <TextInput
              key={field}
              label={say(field)}
              required={!optional.includes(field)}
              value={typed[field] ?? ''}
              onChange={({ currentTarget: { value } }) =>
                setTyped((before) => ({ ...before, [field]: value }))
              }
              {...ways[field]}
              {...((field === 'slug' || field === 'account') && { description: say(`${field}_help`) })}
              {...(field === 'name' && { 'data-autofocus': true })}
            />
          ))}
          <Select
            label={say('representation')}
            allowDeselect={false}
            value={representation}
            onChange={(value) => setRepresentation(value === 'JOINT' ? 'JOINT' : 'SOLE')}
            data={(['SOLE', 'JOINT'] as const).map((value) => ({ value, label: sayCase(value) }))}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shared('cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {say('create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
