#pragma once

// LateDocuments: a store that never answers within the call, as one on a disk does not. One thread.

#include "late_answers.hpp"
#include "ports/documents.hpp"

#include <functional>
#include <string>

namespace tidegate::kit {

class LateDocuments final : public Documents {
public:
    // `store` answers inline.
    explicit LateDocuments(Documents& store) : store_(store) {}

    Result<void> declare(DocumentType type) override { return store_.declare(std::move(type)); }
    std::optional<Result<PatchOutcome>> patch(Patch patch, Done<PatchOutcome> done) override;
    std::optional<Result<Document>> get(DocumentKey key, Done<Document> done) override;
    std::optional<Result<DocumentPart>> get_part(DocumentKey key, std::string path, Done<DocumentPart> done) override;
    std::optional<Result<Page>> list(ListQuery query, Done<Page> done) override;
    std::optional<Result<std::vector<DocumentVersion>>> versions(DocumentKey key, VersionQuery query,
                                                                 Done<std::vector<DocumentVersion>> done) override;
    std::optional<Result<std::uint64_t>> append_event(LooseEvent event, Done<std::uint64_t> done) override;
    std::optional<Result<std::vector<StoredEvent>>> read_events(std::uint64_t after_sequence, std::uint32_t limit,
                                                                Done<std::vector<StoredEvent>> done) override;
    void on_events(std::function<void()> wake) override { store_.on_events(std::move(wake)); }
    Result<std::uint64_t> last_event() override { return store_.last_event(); }
    Result<std::optional<std::uint64_t>> load_cursor(const std::string& reader) override {
        return store_.load_cursor(reader);
    }
    std::optional<Result<void>> save_cursor(std::string reader, std::uint64_t sequence, Done<void> done) override;
    std::uint64_t boot() const override { return store_.boot(); }

    LateAnswers answers;

private:
    Documents& store_;
};

}  // namespace tidegate::kit
