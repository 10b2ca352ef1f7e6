#pragma once

// The files under one folder, as the web application: GET and HEAD, by exact name, "index.html" for "/". Not a general
// file server: no listings, no ranges, nothing outside the folder, no dot files. Requests run on the HTTP pool.
// [any-thread]

#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include <filesystem>

namespace tidegate::runtime {

// An empty folder name serves nothing: every path is 404.
Poco::Net::HTTPRequestHandlerFactory::Ptr static_site(std::filesystem::path folder);

}  // namespace tidegate::runtime
