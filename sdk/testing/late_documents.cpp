#include "late_documents.hpp"

#include <utility>

namespace tidegate::kit {

std::optional<Result<PatchOutcome>> LateDocuments::patch(Patch patch, Done<PatchOutcome> done) {
    return answers.later<PatchOutcome>(
        [this, kept = std::move(patch)]() mutable { return store_.patch(std::move(kept), nullptr); }, std::move(done));
}

std::optional<Result<Document>> LateDocuments::get(DocumentKey key, Done<Document> done) {
    return answers.later<Document>([this, key = std::move(key)] { return store_.get(key, nullptr); }, std::move(done));
}

std::optional<Result<DocumentPart>> LateDocuments::get_part(DocumentKey key, std::string path,
                                                            Done<DocumentPart> done) {
    return answers.later<DocumentPart>(
        [this, key = std::move(key), path = std::move(path)] { return store_.get_part(key, path, nullptr); },
        std::move(done));
}

std::optional<Result<Page>> LateDocuments::list(ListQuery query, Done<Page> done) {
    return answers.later<Page>([this, query = std::move(query)] { return store_.list(query, nullptr); },
                               std::move(done));
}

std::optional<Result<std::vector<DocumentVersion>>> LateDocuments::versions(DocumentKey key, VersionQuery query,
                                                                            Done<std::vector<DocumentVersion>> done) {
    return answers.later<std::vector<DocumentVersion>>(
        [this, key = std::move(key), query = std::move(query)] { return store_.versions(key, query, nullptr); },
        std::move(done));
}

std::optional<Result<std::uint64_t>> LateDocuments::append_event(LooseEvent event, Done<std::uint64_t> done) {
    return answers.later<std::uint64_t>(
        [this, event = std::move(event)] { return store_.append_event(event, nullptr); }, std::move(done));
}

std::optional<Result<std::vector<StoredEvent>>> LateDocuments::read_events(std::uint64_t after_sequence,
                                                                           std::uint32_t limit,
                                                                           Done<std::vector<StoredEvent>> done) {
    return answers.later<std::vector<StoredEvent>>(
        [this, after_sequence, limit] { return store_.read_events(after_sequence, limit, nullptr); }, std::move(done));
}

std::optional<Result<void>> LateDocuments::save_cursor(std::string reader, std::uint64_t sequence, Done<void> done) {
    return answers.later<void>(
        [this, reader = std::move(reader), sequence] { return store_.save_cursor(reader, sequence, nullptr); },
        std::move(done));
}

}  // namespace tidegate::kit
