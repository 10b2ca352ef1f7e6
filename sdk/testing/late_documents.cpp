#include "late_documents.hpp"

#include <memory>
#include <utility>

namespace tidegate::kit {

template <class T, class Ask>
std::optional<Result<T>> LateDocuments::later(Ask ask, Done<T> done) {
    asked_.push_back([this, ask = std::move(ask), done = std::move(done)]() mutable {
        std::optional<Result<T>> outcome = ask();
        auto kept = std::make_shared<Result<T>>(*std::move(outcome));
        answers_.push_back([kept, done = std::move(done)] { done(std::move(*kept)); });
    });
    return std::nullopt;
}

std::optional<Result<PatchOutcome>> LateDocuments::patch(Patch patch, Done<PatchOutcome> done) {
    return later<PatchOutcome>(
        [this, kept = std::move(patch)]() mutable { return store_.patch(std::move(kept), nullptr); }, std::move(done));
}

std::optional<Result<Document>> LateDocuments::get(DocumentKey key, Done<Document> done) {
    return later<Document>([this, key = std::move(key)] { return store_.get(key, nullptr); }, std::move(done));
}

std::optional<Result<Page>> LateDocuments::list(ListQuery query, Done<Page> done) {
    return later<Page>([this, query = std::move(query)] { return store_.list(query, nullptr); }, std::move(done));
}

std::optional<Result<std::vector<DocumentVersion>>> LateDocuments::versions(DocumentKey key, VersionQuery query,
                                                                            Done<std::vector<DocumentVersion>> done) {
    return later<std::vector<DocumentVersion>>(
        [this, key = std::move(key), query = std::move(query)] { return store_.versions(key, query, nullptr); },
        std::move(done));
}

std::optional<Result<std::vector<StoredEvent>>> LateDocuments::read_events(std::uint64_t after_sequence,
                                                                           std::uint32_t limit,
                                                                           Done<std::vector<StoredEvent>> done) {
    return later<std::vector<StoredEvent>>(
        [this, after_sequence, limit] { return store_.read_events(after_sequence, limit, nullptr); }, std::move(done));
}

std::optional<Result<void>> LateDocuments::save_cursor(std::string reader, std::uint64_t sequence, Done<void> done) {
    return later<void>(
        [this, reader = std::move(reader), sequence] { return store_.save_cursor(reader, sequence, nullptr); },
        std::move(done));
}

void LateDocuments::step(bool answer_first) {
    auto& queue = answers_.empty() || (!answer_first && !asked_.empty()) ? asked_ : answers_;
    if (queue.empty()) return;
    auto task = std::move(queue.front());
    queue.pop_front();
    task();
}

}  // namespace tidegate::kit
