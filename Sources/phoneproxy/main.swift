print("phoneproxy")
