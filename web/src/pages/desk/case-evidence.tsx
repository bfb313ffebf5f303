import {
  Button,
  Checkbox,
  FileButton,
  Group,
  Paper,
  Progress,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Input, type Output, upload } from '../../api/call'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Failure } from '../../ui/page'
import { Copy } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { caseWords } from '../../words/cases'
import { common } from '../../words/common'
import { useWords, words } from '../../words/words'

type Listed = Input<'registrations.representatives.add'>
type Kind = Input<'registrations.ask'>['kinds'][number]
type Representative = Output<'registrations.evidence.list'>['representatives'][number]

const texts = words({
  nl: {
    choose: 'Bestand toevoegen',
    choose_for: 'Bestand toevoegen: {what}',
    kinds: 'PDF, PNG of JPEG, hooguit 10 MB',
    sending: '{name} wordt verzonden: {part}%',
    ask: 'Meer vragen',
    ask_title: 'Waar vragen we de contactpersoon om?',
    ask_text: 'De contactpersoon krijgt hierover een e-mail.',
    what: 'Wat is er nodig?',
    letter: 'Wat schrijven we erbij?',
    send: 'Versturen',
    asked: 'De contactpersoon krijgt bericht.',
    person: 'Iemand toevoegen die mag tekenen',
    name: 'Naam, zoals in het uittreksel',
    type: 'Bevoegdheid',
    position: 'Functie (mag leeg blijven)',
    scope: 'Waartoe beperkt (mag leeg blijven)',
    limit: 'Tot welk bedrag in euro (mag leeg blijven)',
    listed: '{name} staat op de lijst.',
    remove: 'Van de lijst halen',
    remove_name: 'Van de lijst halen: {name}',
    remove_title: '{name} van de lijst halen?',
    remove_text:
      'Doe dit als deze persoon per vergissing op de lijst kwam. Wat er als bewijs van is, gaat mee weg.',
    removed: '{name} staat niet meer op de lijst.',
    domain: 'Is het domein van de organisatie?',
    domain_name: 'Domein, zoals bedrijf.nl',
    how: 'Wat moet erop komen?',
    publish: 'De organisatie zet dit als TXT-record bij haar domein:',
    record: 'Naam van het record',
    value: 'Tekst van het record',
    check: 'Kijken of het er staat',
    proven: 'Het domein is van de organisatie.',
  },
  en: {
    choose: 'Add a file',
    choose_for: 'Add a file: {what}',
    kinds: 'PDF, PNG or JPEG, at most 10 MB',
    sending: '{name} is being sent: {part}%',
    ask: 'Ask for more',
    ask_title: 'What do we ask the contact for?',
    ask_text: 'The contact gets an e-mail about this.',
    what: 'What is needed?',
    letter: 'What do we write with it?',
    send: 'Send',
    asked: 'The contact is told.',
    person: 'Add somebody who may sign',
    name: 'Name, as in the extract',
    type: 'Authority',
    position: 'Function (may stay empty)',
    scope: 'Limited to what (may stay empty)',
    limit: 'Up to which amount in euro (may stay empty)',
    listed: '{name} is on the list.',
    remove: 'Take off the list',
    remove_name: 'Take off the list: {name}',
    remove_title: 'Take {name} off the list?',
    remove_text: 'Do this where this person was listed by mistake. What is evidence of it goes as well.',
    removed: '{name} is not on the list any more.',
    domain: 'Is the domain the organisation’s?',
    domain_name: 'Domain, such as company.nl',
    how: 'What has to be published?',
    publish: 'The organisation publishes this as a TXT record of its domain:',
    record: 'Name of the record',
    value: 'Text of the record',
    check: 'Look whether it is there',
    proven: 'The domain is the organisation’s.',
  },
})

const touches = ['registrations.']

/** A file for an item of the checklist, that came by mail or on paper. */
export function EvidenceFile({
  about,
  what,
}: {
  readonly about: { readonly id: string; readonly kind: Kind; readonly representative?: string }
  readonly what: string
}) {
  const say = useWords(texts)
  const client = useQueryClient()
  const [sending, setSending] = useState<{ readonly name: string; readonly part: number } | null>(null)
  const [error, setError] = useState<unknown>(null)
  const send = async (file: File | null) => {
    if (!file) return
    const { name } = file
    setError(null)
    setSending({ name, part: 0 })
    try {
      await upload('registrations.evidence.upload', { ...about, name: name.slice(0, 200) }, file, (part) =>
        setSending({ name, part }),
      )
      await client.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[0]).startsWith('registrations.'),
      })
    } catch (problem) {
      setError(problem)
    } finally {
      setSending(null)
    }
  }
  const part = Math.round((sending?.part ?? 0) * 100)
  return (
    <Stack gap={4} mt="xs" align="flex-start" className="no-print">
      <Group gap="xs">
        <FileButton accept=".pdf,.png,.jpg,.jpeg" onChange={(file) => void send(file)}>
          {(props) => (
            <Button
              {...props}
              size="xs"
              variant="default"
              loading={sending !== null}
              aria-label={say('choose_for', { what })}
            >
              {say('choose')}
            </Button>
          )}
        </FileButton>
        <Text size="xs" c="dimmed">
          {say('kinds')}
        </Text>
      </Group>
      {sending && (
        <Stack gap={4} w="100%">
          <Text size="sm" role="status" className="breakable">
            {say('sending', { name: sending.name, part })}
          </Text>
          <Progress value={part} animated={part === 100} aria-label={sending.name} />
        </Stack>
      )}
      {error !== null && <Failure error={error} />}
    </Stack>
  )
}

/** Asks the contact person for what is missing, in a letter. */
export function AskMore({ id, kinds }: { readonly id: string; readonly kinds: readonly Kind[] }) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const tell = useTell()
  const ask = useChange('registrations.ask', touches)
  const [isOpen, setOpen] = useState(false)
  const [chosen, setChosen] = useState<string[]>([])
  const [text, setText] = useState('')
  const wanted = kinds.filter((kind) => chosen.includes(kind))
  const done = () => {
    setOpen(false)
    setChosen([])
    setText('')
    tell({ text: say('asked') })
  }
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {say('ask')}
      </Button>
      {isOpen && (
        <Confirm
          title={say('ask_title')}
          text={say('ask_text')}
          sure={say('send')}
          isHarmless
          isReady={text.trim() !== ''}
          error={ask.error}
          busy={ask.isPending}
          onClose={() => setOpen(false)}
          onSure={() => ask.mutate({ id, kinds: wanted, text: text.trim() }, { onSuccess: done })}
        >
          <Checkbox.Group label={say('what')} value={chosen} onChange={setChosen}>
            <Stack gap="xs" mt="xs">
              {kinds.map((kind) => (
                <Checkbox key={kind} value={kind} label={sayCase(kind)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Textarea
            label={say('letter')}
            required
            autosize
            maxLength={2000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Confirm>
      )}
    </>
  )
}

/** Lists who the certified extract says may represent the organisation. */
export function AddRepresentative({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const shared = useWords(common)
  const tell = useTell()
  const add = useChange('registrations.representatives.add', touches)
  const [isOpen, setOpen] = useState(false)
  const [type, setType] = useState<Listed['representation_type']>('SOLE')
  const [typed, setTyped] = useState({ name: '', position: '', scope: '', limit: '' })
  const set = (field: keyof typeof typed) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget
    setTyped((before) => ({ ...before, [field]: value }))
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    const [name, position, scope] = [typed.name, typed.position, typed.scope].map((text) => text.trim())
    add.mutate(
      {
        ...{ id, name: name ?? '', representation_type: type },
        ...(position && { position }),
        ...(scope && { scope }),
        ...(typed.limit !== '' && { limit_eur: Number(typed.limit) }),
      },
      {
        onSuccess: () => {
          setOpen(false)
          setTyped({ name: '', position: '', scope: '', limit: '' })
          tell({ text: say('listed', { name: name ?? '' }) })
        },
      },
    )
  }
  if (!isOpen)
    return (
      <Group className="no-print">
        <Button size="xs" variant="default" onClick={() => setOpen(true)}>
          {say('person')}
        </Button>
      </Group>
    )
  return (
    <Paper withBorder p="md" radius="md" className="no-print">
      <form onSubmit={send}>
        <Stack gap="sm">
          {add.error && <Failure error={add.error} />}
          <TextInput label={say('name')} required maxLength={200} value={typed.name} onChange={set('name')} />
          <Select
            label={say('type')}
            allowDeselect={false}
            value={type}
            onChange={(value) => setType(value === 'JOINT' ? 'JOINT' : 'SOLE')}
            data={(['SOLE', 'JOINT'] as const).map((value) => ({ value, label: sayCase(value) }))}
          />
          <TextInput
            label={say('position')}
            maxLength={100}
            value={typed.position}
            onChange={set('position')}
          />
          <TextInput label={say('scope')} maxLength={500} value={typed.scope} onChange={set('scope')} />
          <TextInput
            label={say('limit')}
            inputMode="numeric"
            pattern="[0-9]{1,12}"
            value={typed.limit}
            onChange={set('limit')}
          />
          <Group>
            <Button variant="default" onClick={() => setOpen(false)}>
              {shared('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {say('person')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  )
}

/** Takes somebody off the list who did not accept anything yet. */
export function RemoveRepresentative({
  id,
  person: { id: representative, name },
}: {
  readonly id: string
  readonly person: Representative
}) {
  const say = useWords(texts)
  const tell = useTell()
  const remove = useChange('registrations.representatives.remove', touches)
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button
        size="xs"
        variant="light"
        color="red"
        className="no-print"
        aria-label={say('remove_name', { name })}
        onClick={() => setAsking(true)}
      >
        {say('remove')}
      </Button>
      {isAsking && (
        <Confirm
          title={say('remove_title', { name })}
          text={say('remove_text')}
          sure={say('remove')}
          error={remove.error}
          busy={remove.isPending}
          onClose={() => setAsking(false)}
          onSure={() =>
            remove.mutate(
              { id, representative },
              {
                onSuccess: () => {
                  setAsking(false)
                  tell({ text: say('removed', { name }) })
                },
              },
            )
          }
        />
      )}
    </>
  )
}

/** Whether a domain is the organisation's: what it has to publish, and whether that is there. */
export function DomainProof({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const tell = useTell()
  const ask = useChange('registrations.domain.ask', touches)
  const check = useChange('registrations.domain.check', touches)
  const [domain, setDomain] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate({ id, domain: domain.trim() })
  }
  const error = check.error ?? ask.error
  return (
    <Stack gap="xs" mt="sm" className="no-print">
      <Text size="sm" fw={600}>
        {say('domain')}
      </Text>
      <form onSubmit={send}>
        <Group align="flex-end">
          <TextInput
            label={say('domain_name')}
            required
            maxLength={253}
            value={domain}
            onChange={(event) => setDomain(event.currentTarget.value)}
          />
          <Button type="submit" size="sm" variant="default" loading={ask.isPending}>
            {say('how')}
          </Button>
          <Button
            size="sm"
            variant="default"
            loading={check.isPending}
            onClick={() => check.mutate({ id }, { onSuccess: () => tell({ text: say('proven') }) })}
          >
            {say('check')}
          </Button>
        </Group>
      </form>
      {error && <Failure error={error} />}
      {ask.data && (
        <Stack gap={4} align="flex-start" role="status">
          <Text size="sm">{say('publish')}</Text>
          {(['name', 'value'] as const).map((part) => (
            <Group key={part} gap="xs">
              <Text size="sm" className="breakable">
                {say(part === 'name' ? 'record' : 'value')}: <code>{ask.data[part]}</code>
              </Text>
              <Copy text={ask.data[part]} />
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  )
}
