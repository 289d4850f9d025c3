-- AlterTable
ALTER TABLE "Experiment" ADD COLUMN     "teamId" TEXT NOT NULL DEFAULT 'lab';

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "teamId" TEXT NOT NULL,
    "callerId" TEXT NOT NULL,
    "caller" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "requestId" TEXT NOT NULL,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "AuditEntry_teamId_at_id_idx" ON "AuditEntry"("teamId", "at" DESC, "id");

-- CreateIndex
CREATE INDEX "Experiment_teamId_createdAt_id_idx" ON "Experiment"("teamId", "createdAt" DESC, "id");
