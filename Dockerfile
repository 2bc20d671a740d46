# The image of one Chiche process; ROLES decides whether it serves pages, works in the background, or both.
FROM node:24-bookworm-slim AS build
WORKDIR /chiche
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /chiche
COPY --from=build /chiche/package.json ./
COPY --from=build /chiche/node_modules ./node_modules
COPY --from=build /chiche/dist ./dist
COPY --from=build /chiche/views ./views
COPY --from=build /chiche/locales ./locales
COPY --from=build /chiche/public ./public
COPY --from=build /chiche/src/posts/fonts ./src/posts/fonts
COPY --from=build /chiche/src/cli/demo/seed ./src/cli/demo/seed
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
