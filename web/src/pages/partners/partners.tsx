import {
  Badge,
  Button,
  Checkbox,
  Group,
  Paper,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useDebouncedCallback, useIntersection } from '@mantine/hooks'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Input } from '../../api/call'
import { type Item, useChange, useList } from '../../api/hooks'
import { useOnPaper } from '../../on-paper'
import { Confirm } from '../../ui/confirm'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { caseWords } from '../../words/cases'
import { partnerWords } from '../../words/partners'
import { useWords, words } from '../../words/words'
import { SayOfAll } from './say-of-all'

type Partner = Item<'partners.list'>

const texts = words({
  nl: {
    title: 'Partners',
    lead: 'Iedereen met wie u zaken doet, of hij al meedoet in het netwerk of nog niet.',
    search: 'Zoek op naam, KVK- of btw-nummer',
    role: 'Rol',
    network: 'Netwerk',
    activity: 'Activiteit',
    sort: 'Volgorde',
    newest: 'nieuwste eerst',
    name: 'op naam',
    by_activity: 'op activiteit',
    any: 'alle',
    none: 'Er zijn nog geen partners. Haal ze uit uw boekhouding.',
    import: 'Importeren',
    no_match: 'Geen partner past hierbij.',
    clear: 'Alles tonen',
    choose: 'Kies {name}',
    chosen: '{n, plural, one {# gekozen} other {# gekozen}}',
    invite: 'Uitnodigen',
    invited: '{n, plural, one {# partner staat} other {# partners staan}} nu op het uitnodigingenbord.',
    skipped: '{n, plural, one {# stond er al of kan niet} other {# stonden er al of kunnen niet}}.',
    why: 'Waarom nodigt u uit? (de partner leest dit)',
    kvk: 'KVK {number}',
  },
  en: {
    title: 'Partners',
    lead: 'Everybody you do business with, whether they take part in the network or not yet.',
    search: 'Search by name, KVK or VAT number',
    role: 'Role',
    network: 'Network',
    activity: 'Activity',
    sort: 'Order',
    newest: 'newest first',
    name: 'by name',
    by_activity: 'by activity',
    any: 'all',
    none: 'There are no partners yet. Bring them in from your books.',
    import: 'Import',
    no_match: 'No partner fits this.',
    clear: 'Show all',
    choose: 'Choose {name}',
    chosen: '{n, plural, one {# chosen} other {# chosen}}',
    invite: 'Invite',
    invited: '{n, plural, one {# partner is} other {# partners are}} on the invitation board now.',
    skipped: '{n, plural, one {# was there already or cannot be} other {# were there already or cannot be}}.',
    why: 'Why do you invite? (the partner reads this)',
    kvk: 'KVK {number}',
  },
})

const roles = [
  'customer',
  'supplier',
  'employee',
  'substitute',
  'freelancer',
  'volunteer',
  'intermediary',
  'none',
] as const
const networks = ['in_network', 'not_in_network', 'unknown'] as const
const activities = ['active', 'dormant', 'inactive', 'unknown'] as const
const sorts = ['newest', 'name', 'activity'] as const
const oneOf = <T extends string>(all: readonly T[], wanted: string | undefined) =>
  all.find((one) => one === wanted)

export default function Partners() {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const who = useWho()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/partners' })
  const [typed, setTyped] = useState(search.q ?? '')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [isInviting, setInviting] = useState(false)
  const set = (change: Partial<typeof search>) =>
    navigate({ to: '/partners', search: (before) => ({ ...before, ...change }), replace: true })
  const setQuery = useDebouncedCallback((q: string) => void set({ q: q.trim() || undefined }), 250)
  const role = oneOf(roles, search.role)
  const network = oneOf(networks, search.network)
  const activity = oneOf(activities, search.activity)
  const sort = oneOf(sorts, search.sort)
  const filter = {
    ...(search.q !== undefined && { q: search.q }),
    ...(role && { role }),
    ...(network && { network_state: network }),
    ...(activity && { activity }),
  }
  const input = { ...filter, limit: 100, ...(sort && { sort }) }
  const mayInvite = hasRole(who, 'coordinator')
  const mayImport = hasRole(who, 'coordinator', 'administrator')
  const toggle = useCallback(
    (id: string) =>
      setChosen((before) => {
        const after = new Set(before)
        if (!after.delete(id)) after.add(id)
        return after
      }),
    [],
  )
  const isFiltered = Object.values(search).some((one) => one !== undefined)
  const choices = (all: readonly (keyof (typeof partnerWords)['nl'])[]) =>
    all.map((value) => ({ value, label: sayPartner(value) }))
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Group className="no-print" align="flex-end" wrap="wrap">
        <TextInput
          flex="1 1 16rem"
          type="search"
          label={say('search')}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setQuery(event.currentTarget.value)
          }}
        />
        <Select
          label={say('role')}
          placeholder={say('any')}
          w={150}
          clearable
          clearButtonProps={{ 'aria-label': say('any') }}
          value={role ?? null}
          onChange={(value) => set({ role: value ?? undefined })}
          data={choices(roles)}
        />
        <Select
          label={say('network')}
          placeholder={say('any')}
          w={190}
          clearable
          clearButtonProps={{ 'aria-label': say('any') }}
          value={network ?? null}
          onChange={(value) => set({ network: value ?? undefined })}
          data={choices(networks)}
        />
        <Select
          label={say('activity')}
          placeholder={say('any')}
          w={150}
          clearable
          clearButtonProps={{ 'aria-label': say('any') }}
          value={activity ?? null}
          onChange={(value) => set({ activity: value ?? undefined })}
          data={choices(activities)}
        />
        <Select
          label={say('sort')}
          w={150}
          allowDeselect={false}
          value={sort ?? 'newest'}
          onChange={(value) => set({ sort: value === 'newest' ? undefined : (value ?? undefined) })}
          data={[
            { value: 'newest', label: say('newest') },
            { value: 'name', label: say('name') },
            { value: 'activity', label: say('by_activity') },
          ]}
        />
      </Group>
      {mayImport && Object.keys(filter).length > 0 && chosen.size === 0 && (
        <Group>
          <SayOfAll filter={filter} />
        </Group>
      )}
      {chosen.size > 0 && (
        <Group className="no-print" role="status">
          <Text size="sm">{say('chosen', { n: chosen.size })}</Text>
          <Button size="xs" onClick={() => setInviting(true)}>
            {say('invite')}
          </Button>
        </Group>
      )}
      {isInviting && (
        <Invite
          partners={[...chosen]}
          onClose={() => setInviting(false)}
          onInvited={() => setChosen(new Set())}
        />
      )}
      <List
        input={input}
        chosen={chosen}
        onToggle={mayInvite ? toggle : null}
        empty={
          <Empty
            action={
              isFiltered ? (
                <Button
                  variant="default"
                  onClick={() => {
                    setTyped('')
                    void navigate({ to: '/partners', search: {} })
                  }}
                >
                  {say('clear')}
                </Button>
              ) : (
                mayImport && (
                  <Button component={Link} to="/partners/import">
                    {say('import')}
                  </Button>
                )
              )
            }
          >
            {say(isFiltered ? 'no_match' : 'none')}
          </Empty>
        }
      />
    </Page>
  )
}

/** The list itself: what comes in page by page draws nothing anew but this. */
function List({
  input,
  chosen,
  onToggle,
  empty,
}: Omit<RowsShape, 'partners'> & {
  readonly input: Input<'partners.list'>
  /** Where nobody fits. */
  readonly empty: ReactNode
}) {
  const list = useList('partners.list', input)
  const { ref, entry } = useIntersection({ rootMargin: '600px' })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (entry?.isIntersecting && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [entry?.isIntersecting, hasNextPage, isFetchingNextPage, fetchNextPage])
  return (
    <Loaded of={list}>
      {list.items?.length === 0 && empty}
      <Rows partners={list.items ?? []} chosen={chosen} onToggle={onToggle} />
      <div ref={ref} />
      <More list={list} />
    </Loaded>
  )
}

/** Why they are invited is what they read first. */
function Invite({
  partners,
  onClose,
  onInvited,
}: {
  readonly partners: readonly string[]
  readonly onClose: () => void
  readonly onInvited: () => void
}) {
  const say = useWords(texts)
  const tell = useTell()
  const invite = useChange('invitations.invite', ['invitations.', 'partners.'])
  const [why, setWhy] = useState('')
  const send = () =>
    invite.mutate(
      { partners: [...partners], why: why.trim() },
      {
        onSuccess: ({ made, skipped }) => {
          const left = skipped.length > 0 ? ` ${say('skipped', { n: skipped.length })}` : ''
          tell({ text: say('invited', { n: made.length }) + left })
          onInvited()
          onClose()
        },
      },
    )
  return (
    <Confirm
      title={say('chosen', { n: partners.length })}
      sure={say('invite')}
      isHarmless
      isReady={why.trim() !== ''}
      error={invite.error}
      busy={invite.isPending}
      onSure={send}
      onClose={onClose}
    >
      <Textarea
        label={say('why')}
        value={why}
        maxLength={1000}
        autosize
        minRows={3}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
    </Confirm>
  )
}

interface RowsShape {
  readonly partners: readonly Partner[]
  readonly chosen: ReadonlySet<string>
  readonly onToggle: ((id: string) => void) | null
}

/** Rows beside those in sight. */
const AROUND = 10
const HEIGHT = 74

/** Only those in sight are in the page: ten thousand of them scroll like ten. On paper all of them are. */
function Rows({ partners, chosen, onToggle }: RowsShape) {
  const list = useRef<HTMLUListElement>(null)
  const isOnPaper = useOnPaper()
  const [top, setTop] = useState(0)
  // What stands above the list may grow and shrink, such as what is chosen.
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [])
  const rows = useWindowVirtualizer({
    count: partners.length,
    estimateSize: () => HEIGHT,
    overscan: AROUND,
    scrollMargin: top,
    getItemKey: (at) => partners[at]?.id ?? at,
  })
  const shown = isOnPaper ? partners.map((_, index) => ({ index, start: 0 })) : rows.getVirtualItems()
  return (
    <ul
      ref={list}
      className={isOnPaper ? 'rows' : 'rows in-sight'}
      style={isOnPaper ? undefined : { height: rows.getTotalSize() }}
    >
      {shown.map(({ index, start }) => {
        const partner = partners[index]
        return (
          partner && (
            <li
              key={partner.id}
              ref={isOnPaper ? undefined : rows.measureElement}
              data-index={index}
              aria-setsize={partners.length}
              aria-posinset={index + 1}
              style={isOnPaper ? undefined : { transform: `translateY(${start - top}px)` }}
            >
              <Row partner={partner} isChosen={chosen.has(partner.id)} onToggle={onToggle} />
            </li>
          )
        )
      })}
    </ul>
  )
}

const Row = memo(function Row({
  partner,
  isChosen,
  onToggle,
}: {
  readonly partner: Partner
  readonly isChosen: boolean
  readonly onToggle: RowsShape['onToggle']
}) {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const sayCase = useWords(caseWords)
  const { id, name, kvk, activity, network_state, invitation } = partner
  const details = [
    ...partner.roles.map((role) => sayPartner(oneOf(roles, role) ?? 'none')),
    ...(kvk === null ? [] : [say('kvk', { number: kvk })]),
    ...(activity.state === 'unknown' ? [] : [sayPartner(activity.state)]),
  ]
  return (
    <Paper withBorder p="sm" radius="md" className="row">
      {onToggle && (
        <Checkbox
          className="no-print"
          aria-label={say('choose', { name })}
          checked={isChosen}
          disabled={network_state === 'in_network' || invitation !== null}
          onChange={() => onToggle(id)}
        />
      )}
      <Stack gap={0} flex="1 1 12rem" miw={0}>
        <Link to="/partners/$id" params={{ id }} className="row-link">
          {name}
        </Link>
        <Text size="sm" c="dimmed" truncate>
          {details.join(' · ')}
        </Text>
      </Stack>
      <Badge variant="light" color={network_state === 'in_network' ? 'regie' : 'gray'} className="row-state">
        {invitation ? sayCase(invitation.state) : sayPartner(network_state)}
      </Badge>
    </Paper>
  )
})
