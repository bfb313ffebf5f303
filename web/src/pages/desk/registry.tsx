import { Anchor, Badge, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { hrefOf } from '../../api/call'
import { useList, useRead } from '../../api/hooks'
import { Empty, Fact, Facts, Loaded, More, Page, Section } from '../../ui/page'
import { common } from '../../words/common'
import { registryWords } from '../../words/registry'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Register',
    whole: 'Hele register als bestand',
    lead: 'Wie in het vertrouwensnetwerk zit. Dit register is openbaar.',
    kvk: 'KVK-nummer',
    kvk_help: '8 cijfers',
    nobody: 'Geen organisatie in het register heeft dit KVK-nummer.',
    members: 'Geregistreerd',
    empty: 'Er is nog niemand geregistreerd.',
    to_queue: 'Naar de aanmeldingen',
    heads: 'Vastgelegde standen',
    heads_lead: 'Na elk uur waarin iets veranderde wordt de stand ondertekend en op de keten gezet.',
    no_heads: 'Er is nog geen stand vastgelegd.',
    head: 'Stand {number}',
    made: 'Gemaakt',
    size: 'Organisaties',
    policy: 'Versie van het beleid',
    chain: 'Op de keten',
    block: 'blok {block}',
    not_yet: 'nog niet',
    clear: 'Alles tonen',
  },
  en: {
    title: 'Registry',
    whole: 'Whole registry as a file',
    lead: 'Who is in the trust network. This registry is public.',
    kvk: 'KVK number',
    kvk_help: '8 digits',
    nobody: 'No organisation in the registry has this KVK number.',
    members: 'Registered',
    empty: 'Nobody is registered yet.',
    to_queue: 'To the registrations',
    heads: 'States on record',
    heads_lead: 'After each hour in which something changed the state is signed and put on the chain.',
    no_heads: 'No state is on record yet.',
    head: 'State {number}',
    made: 'Made',
    size: 'Organisations',
    policy: 'Version of the policy',
    chain: 'On the chain',
    block: 'block {block}',
    not_yet: 'not yet',
    clear: 'Show all',
  },
})

/** Who is in the network: those that were registered here, or the one that has a number. */
export default function Registry() {
  const say = useWords(texts)
  const shared = useWords(common)
  const navigate = useNavigate()
  const { kvk } = useSearch({ from: '/inside/desk/registry' })
  const [typed, setTyped] = useState(kvk ?? '')
  const search = (event: FormEvent) => {
    event.preventDefault()
    void navigate({ to: '/desk/registry', search: { kvk: typed.trim() || undefined } })
  }
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        <Anchor href={hrefOf('registry.export', {})} download="registry.jsonl">
          {say('whole')}
        </Anchor>
      }
    >
      <form onSubmit={search}>
        <Group align="flex-end">
          <TextInput
            label={say('kvk')}
            description={say('kvk_help')}
            inputMode="numeric"
            pattern="[0-9]{8}"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" variant="default">
            {shared('search')}
          </Button>
        </Group>
      </form>
      {kvk === undefined ? (
        <Members />
      ) : (
        <Found
          kvk={kvk}
          onClear={() => {
            setTyped('')
            void navigate({ to: '/desk/registry', search: { kvk: undefined } })
          }}
        />
      )}
      <Heads />
    </Page>
  )
}

function Found({ kvk, onClear }: { readonly kvk: string; readonly onClear: () => void }) {
  const say = useWords(texts)
  const sayRegistry = useWords(registryWords)
  const found = useRead('registry.find', { kvk })
  return (
    <Loaded of={found}>
      {found.data?.items.length === 0 && (
        <Empty
          action={
            <Button variant="default" onClick={onClear}>
              {say('clear')}
            </Button>
          }
        >
          {say('nobody')}
        </Empty>
      )}
      {found.data?.items.map((party) => (
        <Card key={party.did} did={party.did} name={party.name} kvk={party.kvk_number}>
          <Badge variant="light" color={party.state === 'active' ? 'regie' : 'red'}>
            {sayRegistry(party.state)}
          </Badge>
        </Card>
      ))}
    </Loaded>
  )
}

function Members() {
  const say = useWords(texts)
  const list = useList('registrations.list', { state: 'registered' })
  const members = list.items?.filter(({ organisation }) => organisation.did !== null)
  return (
    <Section title={say('members')}>
      <Loaded of={list}>
        {members?.length === 0 && (
          <Empty
            action={
              <Button variant="default" component={Link} to="/desk">
                {say('to_queue')}
              </Button>
            }
          >
            {say('empty')}
          </Empty>
        )}
        <Stack gap="sm">
          {members?.map(({ id, organisation }) => (
            <Card
              key={id}
              did={organisation.did ?? ''}
              name={organisation.name}
              kvk={organisation.kvk_number ?? null}
            />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
    </Section>
  )
}

function Card({
  did,
  name,
  kvk,
  children,
}: {
  readonly did: string
  readonly name: string
  readonly kvk: string | null
  readonly children?: React.ReactNode
}) {
  return (
    <Paper
      withBorder
      p="md"
      radius="md"
      component={Link}
      to={`/desk/registry/${encodeURIComponent(did)}`}
      className="card-link"
    >
      <Group justify="space-between" wrap="wrap" gap="xs">
        <Text fw={600} className="breakable" flex="1 1 12rem">
          {name}
        </Text>
        {children}
      </Group>
      {kvk !== null && (
        <Text size="sm" c="dimmed">
          KVK {kvk}
        </Text>
      )}
    </Paper>
  )
}

function Heads() {
  const say = useWords(texts)
  const { moment, number } = useFormats()
  const heads = useRead('registry.heads', { limit: 5 })
  return (
    <Section title={say('heads')}>
      <Text size="sm" c="dimmed">
        {say('heads_lead')}
      </Text>
      <Loaded of={heads}>
        {heads.data?.items.length === 0 && <Text c="dimmed">{say('no_heads')}</Text>}
        {heads.data?.items.map((head) => (
          <Paper key={head.number} withBorder p="sm" radius="md">
            <Text fw={600}>{say('head', { number: number(head.number) })}</Text>
            <Facts>
              <Fact name={say('made')}>{moment(head.made_at)}</Fact>
              <Fact name={say('size')}>{number(head.size)}</Fact>
              <Fact name={say('policy')}>{head.policy.version}</Fact>
              <Fact name={say('chain')}>
                {head.anchor === null ? say('not_yet') : say('block', { block: number(head.anchor.block) })}
              </Fact>
            </Facts>
          </Paper>
        ))}
      </Loaded>
    </Section>
  )
}
