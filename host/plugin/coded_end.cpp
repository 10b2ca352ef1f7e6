#include "plugin/coded_end.hpp"

#include "protocol/codes.hpp"
#include "protocol/json_text.hpp"

namespace tidegate::plugin {

namespace {

using protocol::ErrorCode;

ErrorCode row_of(tg_rc rc) {
    switch (rc) {
        case TG_E_INVALID:
            return ErrorCode::kInvalid;
        case TG_E_NOT_FOUND:
            return ErrorCode::kNotFound;
        case TG_E_CONFLICT:
            return ErrorCode::kConflict;
        case TG_E_FORBIDDEN:
            return ErrorCode::kForbidden;
        case TG_E_LOCKED:
        case TG_E_FENCED:
            return ErrorCode::kFieldLocked;
        case TG_E_BUSY:
            return ErrorCode::kBusy;
        case TG_E_UNAVAILABLE:
        case TG_E_DEADLINE:
            return ErrorCode::kUnavailable;
        case TG_E_TOO_LARGE:
            return ErrorCode::kTooLarge;
        case TG_E_CANCELLED:
            return ErrorCode::kCancelled;
        default:
            return ErrorCode::kInternal;
    }
}

}  // namespace

CodedEnd coded_end(tg_rc rc, std::string_view why) {
    const auto& row = protocol::row(row_of(rc));
    const bool shown = row.code != ErrorCode::kInternal && !why.empty();
    return {row.name, std::string(shown ? why : row.message)};
}

int http_status(std::string_view code) {
    const auto found = protocol::find_error(code);
    if (!found) return 500;
    switch (*found) {
        case ErrorCode::kInvalid:
        case ErrorCode::kBadJson:
        case ErrorCode::kBadType:
            return 400;
        case ErrorCode::kForbidden:
            return 403;
        case ErrorCode::kUnknownType:
        case ErrorCode::kNotFound:
            return 404;
        case ErrorCode::kConflict:
        case ErrorCode::kFieldLocked:
            return 409;
        case ErrorCode::kTooLarge:
            return 413;
        case ErrorCode::kRateLimited:
            return 429;
        case ErrorCode::kBusy:
        case ErrorCode::kUnavailable:
        case ErrorCode::kCancelled:
            return 503;
        case ErrorCode::kInternal:
            return 500;
    }
    return 500;
}

std::string http_error_body(std::string_view code, std::string_view message, std::string_view fields) {
    std::string body = R"({"code":)" + protocol::json_quoted(code) + R"(,"message":)" + protocol::json_quoted(message);
    const auto members = protocol::splice_point(fields);
    if (members && members->has_members) body.append(",").append(members->head.substr(members->head.find('{') + 1));
    return body + "}";
}

Errc errc_of(tg_rc rc) {
    switch (rc) {
        case TG_E_INVALID:
            return Errc::kInvalid;
        case TG_E_NOT_FOUND:
            return Errc::kNotFound;
        case TG_E_CONFLICT:
            return Errc::kConflict;
        case TG_E_FORBIDDEN:
            return Errc::kForbidden;
        case TG_E_LOCKED:
            return Errc::kLocked;
        case TG_E_FENCED:
            return Errc::kFenced;
        case TG_E_BUSY:
            return Errc::kBusy;
        case TG_E_UNAVAILABLE:
            return Errc::kUnavailable;
        case TG_E_DEADLINE:
            return Errc::kDeadline;
        case TG_E_CANCELLED:
            return Errc::kCancelled;
        case TG_E_TOO_LARGE:
            return Errc::kTooLarge;
        case TG_E_UNSUPPORTED:
            return Errc::kUnsupported;
        default:
            return Errc::kInternal;
    }
}

tg_rc rc_of(Errc code) {
    switch (code) {
        case Errc::kInvalid:
            return TG_E_INVALID;
        case Errc::kNotFound:
            return TG_E_NOT_FOUND;
        case Errc::kConflict:
            return TG_E_CONFLICT;
        case Errc::kForbidden:
            return TG_E_FORBIDDEN;
        case Errc::kLocked:
            return TG_E_LOCKED;
        case Errc::kFenced:
            return TG_E_FENCED;
        case Errc::kBusy:
            return TG_E_BUSY;
        case Errc::kIo:
        case Errc::kUnavailable:
            return TG_E_UNAVAILABLE;
        case Errc::kDeadline:
            return TG_E_DEADLINE;
        case Errc::kCancelled:
            return TG_E_CANCELLED;
        case Errc::kTooLarge:
            return TG_E_TOO_LARGE;
        case Errc::kUnsupported:
            return TG_E_UNSUPPORTED;
        case Errc::kInternal:
            return TG_E_INTERNAL;
    }
    return TG_E_INTERNAL;
}

}  // namespace tidegate::plugin
