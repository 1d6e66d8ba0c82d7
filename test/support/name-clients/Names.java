// Finds each named host as Java does and asks it for `/` at its port: `java Names host:port …`.
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URL;

class Names {
	public static void main(String[] authorities) {
		for (var authority : authorities) {
			var host = authority.substring(0, authority.lastIndexOf(':'));
			System.out.println(host + " " + ask(host, authority));
		}
	}

	private static String ask(String host, String authority) {
		try {
			var address = InetAddress.getByName(host).getHostAddress();
			var connection = (HttpURLConnection) new URL("http://" + authority + "/").openConnection();
			try (var body = connection.getInputStream()) {
				return address + " " + new String(body.readAllBytes());
			}
		} catch (IOException problem) {
			return problem.toString();
		}
	}
}
