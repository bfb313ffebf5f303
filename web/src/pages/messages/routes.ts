import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const messagesRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/messages',
    validateSearch: (search): { kind?: string | undefined } => ({ kind: text(search.kind) }),
    component: lazyRouteComponent(() => import('./received')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/messages/sent',
    component: lazyRouteComponent(() => import('./sent')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/messages/call-ups',
    component: lazyRouteComponent(() => import('./call-ups')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/messages/call-ups/$id',
    component: lazyRouteComponent(() => import('./call-up')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/messages/cases',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./cases')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/messages/questions',
    component: lazyRouteComponent(() => import('./questions')),
  }),
] as const
