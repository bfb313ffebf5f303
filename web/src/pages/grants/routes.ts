import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const grantsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/grants',
    validateSearch: (search): { state?: string | undefined; by?: string | undefined } => ({
      state: text(search.state),
      by: text(search.by),
    }),
    component: lazyRouteComponent(() => import('./grants')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/grants/received',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./received')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/grants/received/$id',
    component: lazyRouteComponent(() => import('./grant')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/grants/passed-on',
    component: lazyRouteComponent(() => import('./passed-on')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/grants/$id',
    component: lazyRouteComponent(() => import('./grant')),
  }),
] as const
