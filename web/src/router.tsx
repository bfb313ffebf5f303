import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { inside, root, within } from './inside'
import { agreementsRoutes } from './pages/agreements/routes'
import { billingRoutes } from './pages/billing/routes'
import { deskRoutes } from './pages/desk/routes'
import { grantsRoutes } from './pages/grants/routes'
import { invitationsRoutes } from './pages/invitations/routes'
import { learningRoutes } from './pages/learning/routes'
import { messagesRoutes } from './pages/messages/routes'
import { myDataRoutes } from './pages/my-data/routes'
import { oversightRoutes } from './pages/oversight/routes'
import { partnersRoutes } from './pages/partners/routes'
import { policyRoutes } from './pages/policy/routes'
import { privacyRoutes } from './pages/privacy/routes'
import { requestsRoutes } from './pages/requests/routes'
import { secretsRoutes } from './pages/secrets/routes'
import { settingsRoutes } from './pages/settings/routes'
import { sharingRoutes } from './pages/sharing/routes'
import { verifyRoutes } from './pages/verify/routes'
import { Failure, Loaded } from './ui/page'

const pending = { isPending: true, error: null, refetch: () => undefined }

/** The code of what the login of the organisation was refused for. */
const refusedIn = ({ refused }: Record<string, unknown>): { refused?: string } =>
  typeof refused === 'string' ? { refused } : {}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string; refused?: string; response_code?: string } => ({
    ...(typeof search.to === 'string' && /^\/(?!\/)/.test(search.to) && { to: search.to }),
    ...refusedIn(search),
    ...(typeof search.response_code === 'string' && { response_code: search.response_code }),
  }),
  component: lazyRouteComponent(() => import('./pages/sign-in')),
})

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./pages/welcome')),
})

const confirmed = createRoute({
  getParentRoute: () => root,
  path: '/confirmed',
  validateSearch: refusedIn,
  component: lazyRouteComponent(() => import('./pages/confirmed')),
})

const routes = [
  createRoute({
    getParentRoute: within,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/home')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/looks',
    component: lazyRouteComponent(() => import('./pages/looks')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/ecosystem',
    component: lazyRouteComponent(() => import('./pages/ecosystem/ecosystem')),
  }),
  ...agreementsRoutes,
  ...learningRoutes,
  ...messagesRoutes,
  ...myDataRoutes,
  ...billingRoutes,
  ...deskRoutes,
  ...grantsRoutes,
  ...invitationsRoutes,
  ...oversightRoutes,
  ...partnersRoutes,
  ...policyRoutes,
  ...privacyRoutes,
  ...requestsRoutes,
  ...secretsRoutes,
  ...settingsRoutes,
  ...sharingRoutes,
  ...verifyRoutes,
] as const

export function createConsole(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, welcome, confirmed, inside.addChildren(routes)]),
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
