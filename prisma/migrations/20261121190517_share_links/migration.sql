-- CreateTable
CREATE TABLE "ShareLink" (
    "id" UUID NOT NULL,
    "teamId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "experimentIds" UUID[],
    "view" TEXT NOT NULL,
    "snapshot" JSONB,
    "embeddable" BOOLEAN NOT NULL DEFAULT false,
    "tokenHash" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ShareLink_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ShareLink_tokenHash_key" ON "ShareLink"("tokenHash");

-- CreateIndex
CREATE INDEX "ShareLink_teamId_createdAt_id_idx" ON "ShareLink"("teamId", "createdAt" DESC, "id");
