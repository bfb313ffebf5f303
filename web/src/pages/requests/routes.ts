import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const requestsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/requests',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./requests')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/requests/sent',
    component: lazyRouteComponent(() => import('./sent')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/requests/answers',
    component: lazyRouteComponent(() => import('./answers')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/requests/standing',
    component: lazyRouteComponent(() => import('./standing')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/requests/$id',
    component: lazyRouteComponent(() => import('./request')),
  }),
] as const
