import { ActionIcon, AppShell, Burger, Group, Menu, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { type ComponentType, useEffect, useState } from 'react'
import { post, setConsent } from './api/call'
import { whenIdle } from './idle'
import { useLightOnPaper } from './on-paper'
import { places } from './places'
import { isWithin, pageAt, type Room } from './room'
import { SearchIcon } from './ui/icons'
import { LanguageChoice } from './ui/language-choice'
import { SchemeChoice } from './ui/scheme-choice'
import { hasRole, useWho } from './who'
import { useLanguage, useWords, words } from './words/words'

/** Fetched when there is time, so that it is there at once: what suspends is shown 300 ms later at the earliest. */
const search = () => import('./search')

const texts = words({
  nl: {
    menu: 'Menu',
    skip: 'Naar de inhoud',
    places: 'Onderdelen',
    search: 'Zoeken (Ctrl+K)',
    account: 'Uw account',
    sign_out: 'Afmelden',
  },
  en: {
    menu: 'Menu',
    skip: 'To the content',
    places: 'Places',
    search: 'Search (Ctrl+K)',
    account: 'Your account',
    sign_out: 'Sign out',
  },
})

/** What is around every page for who is signed in. */
export function Frame() {
  const say = useWords(texts)
  const { language } = useLanguage()
  const who = useWho()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const [opened, menu] = useDisclosure()
  const [Search, setSearch] = useState<ComponentType<{ onClose: () => void }> | null>(null)
  const openSearch = () => void search().then((module) => setSearch(() => module.default))
  useHotkeys([['mod+K', openSearch]], [])
  useEffect(() => whenIdle(search), [])
  useLightOnPaper()
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere closes the menu
  useEffect(menu.close, [pathname])

  const signOut = async () => {
    await post('/session/end', {})
    setConsent(null)
    // What was typed and not saved is hers, and the next one may be somebody else.
    sessionStorage.clear()
    client.clear()
    await navigate({ to: '/sign-in' })
  }
  const shown = places.filter(({ roles }) => !roles || hasRole(who, ...roles))
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <AppShell.Header>
        <a className="skip" href="#content">
          {say('skip')}
        </a>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger opened={opened} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={say('menu')} />
          <Text fw={700} c="regie" size="lg">
            Regie
          </Text>
          <Text c="dimmed" truncate visibleFrom="xs" flex="1">
            {who.organisation.name}
          </Text>
          <Group gap="xs" ml="auto" wrap="nowrap">
            <ActionIcon variant="subtle" size="lg" onClick={openSearch} aria-label={say('search')}>
              <SearchIcon />
            </ActionIcon>
            <Menu position="bottom-end" width={240} withinPortal>
              <Menu.Target>
                <UnstyledButton
                  aria-label={`${initials(who.name || who.account)} ${say('account')}: ${who.name || who.account}`}
                  className="account"
                >
                  {initials(who.name || who.account)}
                </UnstyledButton>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>
                  {who.name || who.account} · {who.account}
                </Menu.Label>
                <Stack gap="xs" p="xs">
                  <LanguageChoice />
                  <SchemeChoice />
                </Stack>
                <Menu.Divider />
                <Menu.Item onClick={signOut}>{say('sign_out')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={say('places')}>
        {shown.map((place) => {
          const { name, to, icon: Icon } = place
          return (
            <Link
              key={to}
              to={to}
              className="place"
              activeProps={{}}
              activeOptions={{ exact: true }}
              {...(isWithin(pathname, place) && { 'aria-current': 'page' as const })}
            >
              <Icon />
              {name[language]}
            </Link>
          )
        })}
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <Pages of={shown.find((place) => isWithin(pathname, place))} />
        <Outlet />
      </AppShell.Main>
      {Search && <Search onClose={() => setSearch(null)} />}
    </AppShell>
  )
}

/** The ways to the other pages of the room somebody is in. */
function Pages({ of }: { readonly of: Room | undefined }) {
  const who = useWho()
  const { language } = useLanguage()
  const { pathname } = useLocation()
  const pages = of?.pages?.filter(({ roles }) => !roles || hasRole(who, ...roles)) ?? []
  if (!of || pages.length < 2) return null
  const at = pageAt(pages, pathname)
  return (
    <nav className="room-nav no-print" aria-label={of.name[language]}>
      {pages.map((page) => (
        <Link
          key={page.to}
          to={page.to}
          activeProps={{}}
          activeOptions={{ exact: true }}
          {...(page === at && { 'aria-current': 'page' as const })}
        >
          {page.name[language]}
        </Link>
      ))}
    </nav>
  )
}

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()
