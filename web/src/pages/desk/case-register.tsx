import { Button, Group, Paper, Stack, Table, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Failure, Loaded, Section } from '../../ui/page'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Handelsregister',
    look: 'Opzoeken in het handelsregister',
    again: 'Opnieuw opzoeken',
    compared: 'Vergelijking met het register',
    never: 'Nog niet opgezocht.',
    looked: 'Opgezocht op {at}',
    what: 'Gegeven',
    said: 'Zegt de organisatie',
    found: 'Zegt het register',
    same: 'Klopt',
    is_same: 'klopt',
    differs: 'verschilt',
    kvk_number: 'KVK-nummer',
    name: 'Naam',
    legal_form: 'Rechtsvorm',
    address: 'Adres',
    ended_on: 'Beëindigd op',
    names: 'Ook bekend als: {names}',
    by_name: 'Zoeken op naam',
    nothing: 'Het register vond niets onder die naam.',
  },
  en: {
    title: 'Trade register',
    look: 'Look it up in the trade register',
    again: 'Look it up again',
    compared: 'Compared with the register',
    never: 'Not looked up yet.',
    looked: 'Looked up on {at}',
    what: 'Fact',
    said: 'The organisation says',
    found: 'The register says',
    same: 'Agrees',
    is_same: 'agrees',
    differs: 'differs',
    kvk_number: 'KVK number',
    name: 'Name',
    legal_form: 'Legal form',
    address: 'Address',
    ended_on: 'Ended on',
    names: 'Also known as: {names}',
    by_name: 'Search by name',
    nothing: 'The register found nothing by that name.',
  },
})

/** What the trade register says of the organisation of a case, beside what it says itself. */
export function CaseRegister({
  id,
  name,
  works,
}: {
  readonly id: string
  readonly name: string
  readonly works: boolean
}) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const shown = useRead('registrations.kvk.show', { id })
  const look = useChange('registrations.kvk.look', ['registrations.'])
  const at = shown.data?.at ?? null
  return (
    <Section title={say('title')}>
      <Loaded of={shown}>
        <Text size="sm" c="dimmed" role="status">
          {at === null ? say('never') : say('looked', { at: moment(at) })}
        </Text>
        {(shown.data?.compared.length ?? 0) > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard too
          <section className="scrolls" tabIndex={0} aria-label={say('compared')}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  {(['what', 'said', 'found', 'same'] as const).map((column) => (
                    <Table.Th key={column} scope="col">
                      {say(column)}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.data?.compared.map((one) => (
                  <Table.Tr key={one.field}>
                    <Table.Th scope="row">{say(one.field)}</Table.Th>
                    <Table.Td>{one.said ?? '–'}</Table.Td>
                    <Table.Td>{one.found ?? '–'}</Table.Td>
                    <Table.Td fw={one.same ? 400 : 700}>{say(one.same ? 'is_same' : 'differs')}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        )}
        {(shown.data?.names.length ?? 0) > 0 && (
          <Text size="sm">{say('names', { names: shown.data?.names.join(', ') ?? '' })}</Text>
        )}
      </Loaded>
      {look.error && <Failure error={look.error} />}
      {works && (
        <Stack gap="sm" className="no-print">
          <Group>
            <Button variant="default" loading={look.isPending} onClick={() => look.mutate({ id })}>
              {say(at === null ? 'look' : 'again')}
            </Button>
          </Group>
          <ByName name={name} />
        </Stack>
      )}
    </Section>
  )
}

function ByName({ name }: { readonly name: string }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const [typed, setTyped] = useState(name)
  const [asked, setAsked] = useState<string | null>(null)
  const found = useRead('registrations.kvk.search', { name: asked ?? '' }, asked !== null)
  const search = (event: FormEvent) => {
    event.preventDefault()
    setAsked(typed.trim())
  }
  return (
    <Stack gap="xs">
      <form onSubmit={search}>
        <Group align="flex-end">
          <TextInput
            label={say('by_name')}
            minLength={2}
            maxLength={200}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={asked !== null && found.isFetching}>
            {shared('search')}
          </Button>
        </Group>
      </form>
      {asked !== null && (
        <Loaded of={found}>
          {found.data?.items.length === 0 && <Text c="dimmed">{say('nothing')}</Text>}
          {found.data?.items.map((one) => (
            <Paper key={`${one.kvk_number} ${one.name}`} withBorder p="xs" radius="md">
              <Text size="sm" className="breakable">
                {[one.name, `KVK ${one.kvk_number}`, one.locality].filter(Boolean).join(' · ')}
              </Text>
            </Paper>
          ))}
        </Loaded>
      )}
    </Stack>
  )
}
