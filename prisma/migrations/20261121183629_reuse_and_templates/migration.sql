-- AlterTable
ALTER TABLE "Episode" ADD COLUMN     "reusedFrom" JSONB;

-- AlterTable
ALTER TABLE "Experiment" ADD COLUMN     "reuse" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "templates" JSONB NOT NULL DEFAULT '[]';

-- CreateIndex
CREATE INDEX "Episode_recipeHash_idx" ON "Episode"("recipeHash");
