import { Button, Checkbox, Group, Modal, Paper, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Input, Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, Page } from '../../ui/page'
import { ShownOnce } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Systemen',
    lead: 'Systemen van uw bedrijf die zelf gegevens opvragen, zonder dat er iemand bij zit.',
    empty: 'Er is nog geen systeem. Voeg er een toe als uw eigen software gegevens moet kunnen lezen.',
    add: 'Systeem toevoegen',
    name: 'Naam van het systeem',
    may: 'Wat mag het?',
    responsible: '{name} staat ervoor in',
    until: 'token geldig tot en met {day}',
    token_title: 'Het token van {name}',
    token_text: 'Zet het in het systeem, waar niemand anders het leest.',
    remove: 'Uit gebruik nemen',
    remove_name: '{name} uit gebruik nemen',
    remove_title: '{name} uit gebruik nemen?',
    remove_text:
      'Het token werkt direct niet meer, en het systeem vraagt niets meer op. Dit kan niet ongedaan worden gemaakt.',
    removed: '{name} is uit gebruik.',
    'partners:read': 'partners lezen',
    'access:request': 'om gegevens vragen',
    'access:read': 'gegevens lezen waarvoor toestemming is',
    'partners:report': 'melden wat niet klopt',
  },
  en: {
    title: 'Systems',
    lead: 'Systems of your company that ask for data by themselves, with nobody there.',
    empty: 'There is no system yet. Add one when your own software must be able to read data.',
    add: 'Add a system',
    name: 'Name of the system',
    may: 'What may it do?',
    responsible: '{name} answers for it',
    until: 'token works until {day}',
    token_title: 'The token of {name}',
    token_text: 'Put it in the system, where nobody else reads it.',
    remove: 'Take out of use',
    remove_name: 'Take out of use: {name}',
    remove_title: 'Take {name} out of use?',
    remove_text:
      'Its token stops working at once, and the system asks for nothing any more. It cannot be undone.',
    removed: '{name} is out of use.',
    'partners:read': 'read partners',
    'access:request': 'ask for data',
    'access:read': 'read data under a grant',
    'partners:report': 'report what is wrong',
  },
})

type Scope = Input<'systems.add'>['scopes'][number]
const scopes: readonly Scope[] = ['partners:read', 'access:request', 'access:read', 'partners:report']
const isScope = (scope: string): scope is Scope => scopes.some((one) => one === scope)

export default function SystemSettings() {
  const say = useWords(texts)
  const { day } = useFormats()
  const who = useWho()
  const tell = useTell()
  const list = useRead('systems.list', {})
  const remove = useChange('systems.remove', ['systems.'])
  const [removing, setRemoving] = useState<{ id: string; name: string } | null>(null)
  const [isAdding, setAdding] = useState(false)
  const [made, setMade] = useState<(Output<'systems.add'> & { name: string }) | null>(null)
  const mayChange = hasRole(who, 'administrator')
  const add = <Button onClick={() => setAdding(true)}>{say('add')}</Button>
  const items = list.data?.items.filter(({ state }) => state === 'active')
  return (
    <Page title={say('title')} lead={say('lead')} actions={mayChange && items?.length !== 0 && add}>
      {made && (
        <ShownOnce
          title={say('token_title', { name: made.name })}
          text={say('token_text')}
          value={made.token}
        />
      )}
      <Loaded of={list}>
        {items?.length === 0 && <Empty action={mayChange && add}>{say('empty')}</Empty>}
        <Stack gap="sm">
          {items?.map(({ id, name, responsible, scopes, token_expires_at: until }) => (
            <Paper key={id} withBorder p="md" radius="md">
              <Group justify="space-between" align="flex-start">
                <Stack gap={4} flex="1 1 14rem">
                  <Text fw={600} className="breakable">
                    {name}
                  </Text>
                  <Text size="sm">
                    {scopes.map((scope) => (isScope(scope) ? say(scope) : scope)).join(' · ')}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {[
                      ...(responsible === null ? [] : [say('responsible', { name: responsible })]),
                      ...(until === null ? [] : [say('until', { day: day(until) })]),
                    ].join(' · ')}
                  </Text>
                </Stack>
                {mayChange && (
                  <Button
                    variant="light"
                    color="red"
                    aria-label={say('remove_name', { name })}
                    onClick={() => setRemoving({ id, name })}
                  >
                    {say('remove')}
                  </Button>
                )}
              </Group>
            </Paper>
          ))}
        </Stack>
      </Loaded>
      {isAdding && (
        <NewSystem
          onClose={() => setAdding(false)}
          onMade={(system) => {
            setAdding(false)
            setMade(system)
          }}
        />
      )}
      {removing && (
        <Confirm
          title={say('remove_title', removing)}
          text={say('remove_text')}
          sure={say('remove')}
          error={remove.error}
          busy={remove.isPending}
          onClose={() => setRemoving(null)}
          onSure={() =>
            remove.mutate(
              { id: removing.id },
              {
                onSuccess: () => {
                  setRemoving(null)
                  tell({ text: say('removed', removing) })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}

function NewSystem({
  onClose,
  onMade,
}: {
  readonly onClose: () => void
  readonly onMade: (system: Output<'systems.add'> & { name: string }) => void
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const add = useChange('systems.add', ['systems.'])
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(
      { name, scopes: chosen.filter(isScope) },
      { onSuccess: (system) => onMade({ ...system, name }) },
    )
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('add')}
      centered
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {add.error && <Failure error={add.error} />}
          <TextInput
            label={say('name')}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Checkbox.Group label={say('may')} value={chosen} onChange={setChosen}>
            <Stack gap="xs" mt="xs">
              {scopes.map((scope) => (
                <Checkbox key={scope} value={scope} label={say(scope)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shared('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={chosen.length === 0}>
              {say('add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
