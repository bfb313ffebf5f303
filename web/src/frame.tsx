import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Menu,
  NavLink,
  Stack,
  Text,
  UnstyledButton,
} from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { post, setConsent } from './api/call'
import { placeNames, places } from './places'
import { SearchIcon } from './ui/icons'
import { LanguageChoice } from './ui/language-choice'
import { SchemeChoice } from './ui/scheme-choice'
import { hasRole, useWho } from './who'
import { useWords, words } from './words/words'

const Search = lazy(() => import('./search'))

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
  const sayPlace = useWords(placeNames)
  const who = useWho()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const [opened, menu] = useDisclosure()
  const [searching, search] = useDisclosure()
  useHotkeys([['mod+K', search.open]], [])
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
            <ActionIcon variant="subtle" size="lg" onClick={search.open} aria-label={say('search')}>
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
        {shown.map(({ name, to, icon: Icon }) => {
          const active = to === '/' ? pathname === '/' : pathname.startsWith(to)
          return (
            <NavLink
              key={name}
              component={Link}
              to={to}
              label={sayPlace(name)}
              leftSection={<Icon />}
              active={active}
              {...(active && { 'aria-current': 'page' as const })}
            />
          )
        })}
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <Outlet />
      </AppShell.Main>
      {searching && (
        <Suspense>
          <Search onClose={search.close} />
        </Suspense>
      )}
    </AppShell>
  )
}

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()
