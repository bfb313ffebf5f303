import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const settingsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/settings',
    component: lazyRouteComponent(() => import('./sign-in')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/people',
    component: lazyRouteComponent(() => import('./people')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/systems',
    component: lazyRouteComponent(() => import('./systems')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/webhooks',
    component: lazyRouteComponent(() => import('./webhooks')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/mail',
    component: lazyRouteComponent(() => import('./mail')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/keys',
    component: lazyRouteComponent(() => import('./keys')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/appearance',
    component: lazyRouteComponent(() => import('./appearance')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/mails',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./mails')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/mails/$id',
    component: lazyRouteComponent(() => import('./mail-one')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/undelivered',
    component: lazyRouteComponent(() => import('./undelivered')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/registration',
    component: lazyRouteComponent(() => import('./registration')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/settings/backup',
    component: lazyRouteComponent(() => import('./backup')),
  }),
] as const
