import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { Frame } from './frame'
import { Failure, Loaded } from './ui/page'
import { whoQuery } from './who'

const pending = { isPending: true, error: null, refetch: () => undefined }

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(() => import('./pages/not-found')),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } =>
    typeof search.to === 'string' && /^\/(?!\/)/.test(search.to) ? { to: search.to } : {},
  component: lazyRouteComponent(() => import('./pages/sign-in')),
})

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./pages/welcome')),
})

/** Everything else is for who is signed in; who is not comes back to where she was going. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    if ((await context.client.ensureQueryData(whoQuery)) === null)
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } })
  },
  component: Frame,
})

const within = () => inside

/** What a list of partners is narrowed to: a view that is kept is a link. */
type PartnerSearch = Partial<Record<'q' | 'role' | 'network' | 'activity' | 'sort', string | undefined>>
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const routes = [
  createRoute({
    getParentRoute: within,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/home')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/requests',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./pages/requests')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/requests/$id',
    component: lazyRouteComponent(() => import('./pages/request')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/grants',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./pages/grants')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/looks',
    component: lazyRouteComponent(() => import('./pages/looks')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./pages/agreements')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements/$id',
    component: lazyRouteComponent(() => import('./pages/agreement')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/ecosystem',
    component: lazyRouteComponent(() => import('./pages/ecosystem')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk',
    validateSearch: (search): { show?: string | undefined } => ({ show: text(search.show) }),
    component: lazyRouteComponent(() => import('./pages/desk')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/$id',
    component: lazyRouteComponent(() => import('./pages/case')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners',
    validateSearch: (search): PartnerSearch => ({
      ...{ q: text(search.q), role: text(search.role), network: text(search.network) },
      ...{ activity: text(search.activity), sort: text(search.sort) },
    }),
    component: lazyRouteComponent(() => import('./pages/partners')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/partners/$id',
    component: lazyRouteComponent(() => import('./pages/partner')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/invitations',
    component: lazyRouteComponent(() => import('./pages/invitations')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/invitations/$id',
    component: lazyRouteComponent(() => import('./pages/invitation')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/data',
    component: lazyRouteComponent(() => import('./pages/data')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings',
    component: lazyRouteComponent(() => import('./pages/settings/sign-in')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/people',
    component: lazyRouteComponent(() => import('./pages/settings/people')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/systems',
    component: lazyRouteComponent(() => import('./pages/settings/systems')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/webhooks',
    component: lazyRouteComponent(() => import('./pages/settings/webhooks')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/mail',
    component: lazyRouteComponent(() => import('./pages/settings/mail')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/keys',
    component: lazyRouteComponent(() => import('./pages/settings/keys')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/appearance',
    component: lazyRouteComponent(() => import('./pages/settings/appearance')),
  }),
] as const

export function createConsole(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, welcome, inside.addChildren(routes)]),
    basepath: '/app',
    context: { client },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: () => <Loaded of={pending}>{null}</Loaded>,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsole>
  }
}
