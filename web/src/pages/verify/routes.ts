import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { within } from '../../inside'

export const verifyRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/verify',
    component: lazyRouteComponent(() => import('./verify')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/verify/asked/$id',
    component: lazyRouteComponent(() => import('./asked')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/verify/issuing',
    component: lazyRouteComponent(() => import('./issuing')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/verify/issuing/new',
    component: lazyRouteComponent(() => import('./offer')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/verify/issuing/$id',
    component: lazyRouteComponent(() => import('./offered')),
  }),
] as const
