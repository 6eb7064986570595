import { GraphQLDateTime } from "graphql-scalars";
import type { Resolvers } from "./generated/resolver-types.ts";
import { seen } from "./model/profiles.ts";

export const resolvers: Resolvers = {
  DateTime: GraphQLDateTime,
  Query: {
    me: (_root, _args, { profiles }, info) => profiles.me(info),
    user: (_root, { id }, { profiles }, info) => profiles.byId(id, info),
    userByHandle: (_root, { handle }, { profiles }, info) => profiles.byHandle(handle, info),
    users: (_root, args, { profiles }, info) => profiles.page(args, info),
  },
  Mutation: {
    signUp: (_root, { input }, { accounts, caller }) => accounts.signUp(input, caller),
    signIn: (_root, { input }, { caller, sessions }) => sessions.signIn(input, caller),
    refreshSession: (_root, { refreshToken }, { sessions }) => sessions.refresh(refreshToken),
    signOut: (_root, { refreshToken }, { sessions }) => sessions.signOut(refreshToken),
    signOutEverywhere: (_root, _args, { sessions, viewer }) => sessions.signOutEverywhere(viewer),
    updateProfile: (_root, { input }, { accounts, viewer }, info) =>
      accounts.updateProfile(viewer, input, info),
    changePassword: (_root, { input }, { accounts, caller, viewer }) =>
      accounts.changePassword(viewer, input, caller),
    deleteAccount: (_root, { input }, { accounts, caller, viewer }) =>
      accounts.deleteAccount(viewer, input, caller),
  },
  User: {
    __resolveReference: (reference, { profiles }, info) => profiles.reference(reference, info),
    email: ({ email }) => seen(email),
    role: ({ role }) => seen(role),
  },
  SessionPayload: {
    user: ({ userId }, _args, { profiles }, info) => profiles.holder(userId, info),
  },
  DeleteAccountPayload: {
    deletedId: ({ userId }) => userId,
  },
};
