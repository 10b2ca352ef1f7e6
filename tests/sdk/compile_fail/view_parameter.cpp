// expect: takes its parameters by value
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> f(std::string_view s) { co_await tg::Exec::sleep(s.size()); } };
